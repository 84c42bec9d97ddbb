"""Output items: each knows its forms at the start and at the end, and the events in between."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.builders import within_item

_WORDS_PER_DELTA = 2
_CHARACTERS_PER_DELTA = 24


class OutputItem(Protocol):
    """One item of a response's output, in the shapes of the Responses API."""

    def added(self) -> JsonObject:
        """Returns the item as `response.output_item.added` carries it."""

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the events between added and done, without sequence numbers."""

    def done(self) -> JsonObject:
        """Returns the item as `response.output_item.done` and the response carry it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageItem:
    """A message of the assistant with one part of text.

    Attributes:
        id: The item's id.
        text: The whole text.
    """

    id: str
    text: str

    def added(self) -> JsonObject:
        """Returns the message before any text."""
        return self._message(status="in_progress", content=[])

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the content part and its text, a few words at a time."""
        part: JsonObject = {"output_index": output_index, "item_id": self.id, "content_index": 0}
        yield within_item("response.content_part.added", **part, part=_text_part(""))
        for delta in split_words(self.text):
            yield within_item("response.output_text.delta", **part, delta=delta, logprobs=[])
        yield within_item("response.output_text.done", **part, text=self.text, logprobs=[])
        yield within_item("response.content_part.done", **part, part=_text_part(self.text))

    def done(self) -> JsonObject:
        """Returns the whole message."""
        return self._message(status="completed", content=[_text_part(self.text)])

    def _message(self, *, status: str, content: list[JsonObject]) -> JsonObject:
        return {
            "id": self.id,
            "type": "message",
            "status": status,
            "role": "assistant",
            "content": content,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCallItem:
    """A call of a function tool.

    Attributes:
        id: The item's id.
        call_id: The id that the output of the call must carry.
        name: The function's name.
        arguments: The arguments as JSON text.
    """

    id: str
    call_id: str
    name: str
    arguments: str

    def added(self) -> JsonObject:
        """Returns the call before its arguments."""
        return self._call(status="in_progress", arguments="")

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the arguments piece by piece, then whole."""
        place: JsonObject = {"output_index": output_index, "item_id": self.id}
        for start in range(0, len(self.arguments), _CHARACTERS_PER_DELTA):
            delta = self.arguments[start : start + _CHARACTERS_PER_DELTA]
            yield within_item("response.function_call_arguments.delta", **place, delta=delta)
        yield within_item(
            "response.function_call_arguments.done",
            **place,
            name=self.name,
            arguments=self.arguments,
        )

    def done(self) -> JsonObject:
        """Returns the whole call."""
        return self._call(status="completed", arguments=self.arguments)

    def _call(self, *, status: str, arguments: str) -> JsonObject:
        return {
            "id": self.id,
            "type": "function_call",
            "status": status,
            "call_id": self.call_id,
            "name": self.name,
            "arguments": arguments,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalShellCallItem:
    """A call of the built-in `local_shell` tool.

    Attributes:
        id: The item's id.
        call_id: The id that the output of the call must carry.
        command: The program and its arguments.
        workdir: Where to run it; None leaves it to the server under test.
    """

    id: str
    call_id: str
    command: tuple[str, ...]
    workdir: str | None = None

    def added(self) -> JsonObject:
        """Returns the call before it is complete."""
        return self._call(status="in_progress")

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields nothing: the API has no events inside such an item."""
        return iter(())

    def done(self) -> JsonObject:
        """Returns the whole call."""
        return self._call(status="completed")

    def _call(self, *, status: str) -> JsonObject:
        action: JsonObject = {"type": "exec", "command": list(self.command), "env": {}}
        if self.workdir is not None:
            action["working_directory"] = self.workdir
        return {
            "id": self.id,
            "type": "local_shell_call",
            "status": status,
            "call_id": self.call_id,
            "action": action,
        }


def split_words(text: str) -> list[str]:
    """Cuts a text at word boundaries into the deltas it is streamed in.

    Args:
        text: The whole text.

    Returns:
        Pieces that join to the text again, none of them empty; no piece for no text.
    """
    words = re.findall(r"\s*\S+\s*|\s+", text)
    return [
        "".join(words[start : start + _WORDS_PER_DELTA])
        for start in range(0, len(words), _WORDS_PER_DELTA)
    ]


def _text_part(text: str) -> JsonObject:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
