"""Messages of the assistant: a text that may cite something, or a refusal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.items.annotations import Annotation
from seatrial_provider.responses.items.base import split_words, streamed

_PART_ADDED = "response.content_part.added"
_PART_DONE = "response.content_part.done"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageItem:
    """A message of the assistant with one part of text.

    Attributes:
        id: The item's id.
        text: The whole text.
        deltas: The pieces it is streamed in; None takes a few words at a time.
        annotations: What it cites; streamed after the last piece.
        phase: Whether it comes between tool calls or is the answer; None leaves it unsaid.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        _PART_ADDED,
        "response.output_text.delta",
        "response.output_text.annotation.added",
        "response.output_text.done",
        _PART_DONE,
    )

    id: str
    text: str
    deltas: tuple[str, ...] | None = None
    annotations: tuple[Annotation, ...] = ()
    phase: Literal["commentary", "final_answer"] | None = None

    def added(self) -> JsonObject:
        """Returns the message before any text."""
        return self._message(status="in_progress", content=[])

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the content part, its text a few words at a time, and its annotations."""
        place: JsonObject = {"output_index": output_index, "item_id": self.id, "content_index": 0}
        cited = [annotation.as_json() for annotation in self.annotations]
        yield {"type": _PART_ADDED, **place, "part": _text_part("", [])}
        begun: JsonObject = {"type": "response.output_text.delta", **place, "logprobs": []}
        for delta in split_words(self.text) if self.deltas is None else self.deltas:
            yield {**begun, "delta": delta}
        for index, annotation in enumerate(cited):
            yield {
                "type": "response.output_text.annotation.added",
                **place,
                "annotation_index": index,
                "annotation": annotation,
            }
        yield {"type": "response.output_text.done", **place, "text": self.text, "logprobs": []}
        yield {"type": _PART_DONE, **place, "part": _text_part(self.text, cited)}

    def done(self) -> JsonObject:
        """Returns the whole message."""
        cited = [annotation.as_json() for annotation in self.annotations]
        return self._message(status="completed", content=[_text_part(self.text, cited)])

    def _message(self, *, status: str, content: list[JsonObject]) -> JsonObject:
        return _message(self.id, status=status, content=content, phase=self.phase)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalItem:
    """A message of the assistant in which it refuses.

    Attributes:
        id: The item's id.
        refusal: The whole text of the refusal.
        deltas: The pieces it is streamed in; None takes a few words at a time.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        _PART_ADDED,
        "response.refusal.delta",
        "response.refusal.done",
        _PART_DONE,
    )

    id: str
    refusal: str
    deltas: tuple[str, ...] | None = None

    def added(self) -> JsonObject:
        """Returns the message before the refusal."""
        return _message(self.id, status="in_progress", content=[])

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the content part and the refusal, a few words at a time."""
        place: JsonObject = {"output_index": output_index, "item_id": self.id, "content_index": 0}
        yield {"type": _PART_ADDED, **place, "part": _refusal_part("")}
        yield from streamed(
            "response.refusal",
            self.refusal,
            place,
            as_member="refusal",
            split=split_words,
            deltas=self.deltas,
        )
        yield {"type": _PART_DONE, **place, "part": _refusal_part(self.refusal)}

    def done(self) -> JsonObject:
        """Returns the whole message."""
        return _message(self.id, status="completed", content=[_refusal_part(self.refusal)])


def _message(
    id_: str, *, status: str, content: list[JsonObject], phase: str | None = None
) -> JsonObject:
    message: JsonObject = {
        "id": id_,
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": content,
    }
    if phase is not None:
        message["phase"] = phase
    return message


def _text_part(text: str, annotations: list[JsonObject]) -> JsonObject:
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}


def _refusal_part(refusal: str) -> JsonObject:
    return {"type": "refusal", "refusal": refusal}
