"""Reasoning in its three forms: a summary, the raw text, or only the encrypted content."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.items.base import split_words, streamed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningItem:
    """What the model thinks before it acts; the three forms go together in any way.

    Attributes:
        id: The item's id.
        summary: The parts of the summary.
        content: The parts of the raw text.
        encrypted_content: The reasoning as only the API can read it; None leaves it out.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.done",
        "response.content_part.added",
        "response.reasoning_text.delta",
        "response.reasoning_text.done",
        "response.content_part.done",
    )

    id: str
    summary: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    encrypted_content: str | None = None

    def added(self) -> JsonObject:
        """Returns the item before any thought."""
        return {"id": self.id, "type": "reasoning", "summary": []}

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the parts of the raw text, then those of the summary, a few words at a time."""
        place: JsonObject = {"output_index": output_index, "item_id": self.id}
        for index, text in enumerate(self.content):
            yield from _part(
                "response.content_part",
                "response.reasoning_text",
                "reasoning_text",
                text,
                {**place, "content_index": index},
            )
        for index, text in enumerate(self.summary):
            yield from _part(
                "response.reasoning_summary_part",
                "response.reasoning_summary_text",
                "summary_text",
                text,
                {**place, "summary_index": index},
            )

    def done(self) -> JsonObject:
        """Returns the whole item."""
        summary = [{"type": "summary_text", "text": text} for text in self.summary]
        item: JsonObject = {"id": self.id, "type": "reasoning", "summary": summary}
        if self.content:
            item["content"] = [{"type": "reasoning_text", "text": text} for text in self.content]
        if self.encrypted_content is not None:
            item["encrypted_content"] = self.encrypted_content
        return item


def _part(part: str, name: str, type_: str, text: str, place: JsonObject) -> Iterator[JsonObject]:
    yield {"type": f"{part}.added", **place, "part": {"type": type_, "text": ""}}
    yield from streamed(name, text, place, as_member="text", split=split_words)
    yield {"type": f"{part}.done", **place, "part": {"type": type_, "text": text}}
