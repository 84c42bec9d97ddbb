"""A misfit: one place in a stream that does not fit what somebody else wrote down of the API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial_provider.wire.sse import carried

if TYPE_CHECKING:
    from seatrial_provider.jsontypes import JsonObject

CHUNK = "chat.completion.chunk"
"""What the events of a chat stream are called here; those of the Responses API by their type."""

COMPLETION = "chat.completion"
"""What a whole answer of chat is called here, as it calls itself."""

RESPONSE = "response"
"""What a whole answer of the Responses API is called here, as it calls itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """One place that does not fit.

    Attributes:
        position: The event's place in the stream, from 0.
        type: The event's type; `chat.completion.chunk` for a chunk of chat, `chat.completion`
            and `response` for a whole answer.
        path: Where in the event, such as `item.content[0].text`; empty for the event itself.
        message: What is wrong there.
    """

    position: int
    type: str
    path: str
    message: str

    def __str__(self) -> str:
        where = f" {self.path}" if self.path else ""
        return f"event {self.position} ({self.type}){where}: {self.message}"


def typed_events(
    stream: bytes | Sequence[JsonObject | str],
) -> Iterator[tuple[int, str, JsonObject]]:
    """Yields the events of a stream of either API, each with its place and its type.

    Args:
        stream: The stream as it came over the wire; or what its events carry, in order; or a
            whole answer, in a list. Errors of a chat stream, and what is no object, are left
            out: the oracles look at them.
    """
    _, data = carried(stream)
    for position, event in enumerate(data):
        if isinstance(event, dict) and (type_ := event.get("type", event.get("object"))):
            yield position, str(type_), event


def path_of(parts: Iterable[str | int]) -> str:
    """Returns the keys and positions that lead to a value, as they are written in programs."""
    written = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts]
    return "".join(written).removeprefix(".")
