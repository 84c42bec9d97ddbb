"""What every output item can do, and how a text is cut into the deltas that it is streamed in."""

import re
from collections.abc import Callable, Iterator
from typing import ClassVar, Protocol

from seatrial_provider.jsontypes import JsonObject

_TWO_WORDS = re.compile(r"\s*+\S++(?:\s++\S++)?\s*+|\s++")
_CHARACTERS_PER_DELTA = 24


class OutputItem(Protocol):
    """One item of a response's output, in the shapes of the Responses API.

    Attributes:
        EVENTS: The types of event that can come between the item's added and its done.
    """

    EVENTS: ClassVar[tuple[str, ...]]

    def added(self) -> JsonObject:
        """Returns the item as `response.output_item.added` carries it."""

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the events between added and done, without sequence numbers."""

    def done(self) -> JsonObject:
        """Returns the item as `response.output_item.done` and the response carry it."""


class StagedItem:
    """An item inside which each of `EVENTS` comes once, in order, and carries only its place.

    It has no events inside if `EVENTS` is empty.
    """

    __slots__ = ()

    EVENTS: ClassVar[tuple[str, ...]] = ()
    id: str

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the events between added and done, without sequence numbers."""
        for type_ in self.EVENTS:
            yield {"type": type_, "output_index": output_index, "item_id": self.id}


def split_words(text: str) -> list[str]:
    """Cuts a text at word boundaries into the deltas it is streamed in, two words each.

    Args:
        text: The whole text.

    Returns:
        Pieces that join to the text again, none of them empty; no piece for no text.
    """
    return _TWO_WORDS.findall(text)


def split_characters(text: str) -> list[str]:
    """Cuts a text into deltas of equal length, as it is done where words mean nothing.

    Args:
        text: The whole text.

    Returns:
        Pieces that join to the text again, none of them empty; no piece for no text.
    """
    return [
        text[start : start + _CHARACTERS_PER_DELTA]
        for start in range(0, len(text), _CHARACTERS_PER_DELTA)
    ]


def streamed(
    stem: str,
    whole: str,
    place: JsonObject,
    *,
    as_member: str,
    split: Callable[[str], list[str]] = split_characters,
    deltas: tuple[str, ...] | None = None,
    **more: object,
) -> Iterator[JsonObject]:
    """Yields a text as its deltas and then as a whole, in events without sequence numbers.

    Args:
        stem: What the types of the events begin with, such as `response.refusal`.
        whole: The whole text.
        place: Where in the response it is: `output_index`, `item_id` and what comes with them.
        as_member: The member of the done event that has the whole text.
        split: How the text is cut if `deltas` does not say it.
        deltas: The pieces exactly as they are to be sent; they join to the whole.
        **more: What the done event carries besides.
    """
    begun: JsonObject = {"type": f"{stem}.delta", **place}
    for delta in split(whole) if deltas is None else deltas:
        yield {**begun, "delta": delta}
    yield {"type": f"{stem}.done", **place, as_member: whole, **more}
