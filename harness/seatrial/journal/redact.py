"""Secrets taken out by value, wherever they occur, before anything is shown or kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["Redactor"]

_SHORTEST = 6
_DEEPEST = 200


class Redactor:
    """Replaces known values in text and in JSON values.

    Values are replaced, not fields: a token in a path, an error message or a command is taken out
    as well. Longer values go first, so that one inside another leaves no remainder. Values shorter
    than six characters are refused: they would blank out innocent text.
    """

    def __init__(self, values: Iterable[str] | dict[str, str] = ()) -> None:
        named = values if isinstance(values, dict) else dict.fromkeys(values, "redacted")
        for value in named:
            if len(value) < _SHORTEST:
                raise ValueError(
                    f"expected a secret of at least {_SHORTEST} characters, got one of "
                    f"{len(value)}; is it a placeholder? Redact longer values only."
                )
        self._named = sorted(named.items(), key=lambda pair: -len(pair[0]))

    def text(self, text: str) -> str:
        """Returns the text with each value replaced by its name in angle brackets."""
        for value, name in self._named:
            text = text.replace(value, f"<{name}>")
        return text

    def value(self, value: Any, *, depth: int = _DEEPEST) -> Any:
        """Returns the JSON value with each string in it, keys included, redacted.

        What is nested more than 200 levels deep is replaced by a remark: nobody reads it, and a
        server must not be able to exhaust the stack of whoever writes a report.
        """
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | dict) and depth == 0:
            return "<nested too deeply to be shown>"
        if isinstance(value, list):
            return [self.value(element, depth=depth - 1) for element in value]
        if isinstance(value, dict):
            return {
                self.text(str(key)): self.value(element, depth=depth - 1)
                for key, element in value.items()
            }
        return value
