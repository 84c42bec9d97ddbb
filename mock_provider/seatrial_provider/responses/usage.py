"""How many tokens a response says it took."""

from dataclasses import dataclass, fields
from typing import ClassVar

from seatrial_provider.errors import ScriptError
from seatrial_provider.jsontypes import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How many tokens a response says it took.

    Attributes:
        input_tokens: Tokens of the request, cached ones included.
        cached_tokens: How many of them were read from the cache.
        cache_write_tokens: How many of them were written to the cache.
        output_tokens: Tokens of the answer, reasoning included.
        reasoning_tokens: How many of them were reasoning.

    Raises:
        ScriptError: A count is negative, or a part is more than the whole.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    input_tokens: int = 8
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 4
    reasoning_tokens: int = 0

    def __post_init__(self) -> None:
        counts = {field.name: getattr(self, field.name) for field in fields(self)}
        parts = self.cached_tokens + self.cache_write_tokens
        fits = parts <= self.input_tokens and self.reasoning_tokens <= self.output_tokens
        if min(counts.values()) < 0 or not fits:
            raise ScriptError(
                "the usage of a reply does not add up",
                expected="counts from 0 on; cached_tokens and cache_write_tokens within "
                "input_tokens, reasoning_tokens within output_tokens",
                arrived=", ".join(f"{name}={count}" for name, count in counts.items()),
                cause="Is input_tokens meant without the cached ones, or output_tokens "
                "without the reasoning?",
                remedy="Give the whole in input_tokens and output_tokens.",
            )

    @property
    def total_tokens(self) -> int:
        """The tokens of the request and of the answer."""
        return self.input_tokens + self.output_tokens

    def as_json(self) -> JsonObject:
        """Returns the usage object of the Responses API; the total adds up."""
        return {
            "input_tokens": self.input_tokens,
            "input_tokens_details": {
                "cached_tokens": self.cached_tokens,
                "cache_write_tokens": self.cache_write_tokens,
            },
            "output_tokens": self.output_tokens,
            "output_tokens_details": {"reasoning_tokens": self.reasoning_tokens},
            "total_tokens": self.total_tokens,
        }
