"""One reply of the model: what it says is passed on as it comes, what it wishes is collected."""

from __future__ import annotations

from dataclasses import dataclass, field

from seatrial_reference.ids import new_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeGuard

    from seatrial_reference.events import TurnEvents

_KEPT = {"message", "function_call", "custom_tool_call", "reasoning"}
_CALLS = {"function_call", "custom_tool_call"}


@dataclass(slots=True, kw_only=True)
class Reply:
    """A whole reply.

    Args:
        output: The items, as they go back to the model with the next request: without ids.
        usage: The `usage` object (Responses API), or None.
    """

    output: list[dict[str, Any]] = field(default_factory=list)
    usage: Any = None

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The calls of tools, in order."""
        return [item for item in self.output if item["type"] in _CALLS]


class ReplyReader:
    """Follows the events of one reply and shows the client its messages.

    Args:
        events: Where items are shown.
    """

    def __init__(self, events: TurnEvents) -> None:
        self._events = events
        self._reply = Reply()
        self._open_id: str | None = None
        self._text = ""

    def read(self, stream: Iterable[dict[str, Any]]) -> Reply:
        """Read events to the end of the reply.

        A message that was begun is shown as completed even when the stream breaks off.
        """
        try:
            for event in stream:
                self._take(event)
        finally:
            self._complete(self._text)
        return self._reply

    def _take(self, event: dict[str, Any]) -> None:
        item = event.get("item")
        match event.get("type"):
            case "response.output_item.added" if _is_message(item):
                self._begin(item.get("id"))
            case "response.output_text.delta":
                self._add(event.get("delta"), event.get("item_id"))
            case "response.output_item.done" if isinstance(item, dict):
                self._done(item)
            case "response.completed":
                response = event.get("response")
                self._reply.usage = response.get("usage") if isinstance(response, dict) else None
            case _:
                pass

    def _done(self, item: dict[str, Any]) -> None:
        if _is_message(item):
            self._begin(item.get("id"))
            text = _text(item)
            if not self._text:
                self._add(text, None)
            self._complete(text)
        if item.get("type") in _KEPT:
            kept = {key: item[key] for key in item if key not in {"id", "status"}}
            self._reply.output.append(kept)

    def _begin(self, item_id: Any) -> None:
        if self._open_id is None:
            self._open_id = item_id if isinstance(item_id, str) and item_id else new_id()
            self._text = ""
            self._events.message_started(self._open_id)

    def _add(self, delta: Any, item_id: Any) -> None:
        if isinstance(delta, str) and delta:
            self._begin(item_id)
            assert self._open_id is not None
            self._text += delta
            self._events.message_delta(self._open_id, delta)

    def _complete(self, text: str) -> None:
        if self._open_id is not None:
            self._events.message_completed(self._open_id, text)
            self._open_id = None


def _is_message(item: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(item, dict) and item.get("type") == "message"


def _text(item: dict[str, Any]) -> str:
    parts = item.get("content")
    texts = [p.get("text") for p in parts if isinstance(p, dict)] if isinstance(parts, list) else []
    return "".join(text for text in texts if isinstance(text, str))
