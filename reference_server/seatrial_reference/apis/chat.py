"""The Chat Completions API: its chunks are put together and told as the Responses API would."""

from __future__ import annotations

from seatrial_reference.apis.api import Api, lost, reported
from seatrial_reference.apis.chat_messages import chat_messages
from seatrial_reference.ids import new_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from seatrial_reference.context import Request

_WHOLE = {"stop", "tool_calls", "function_call"}


class Chat(Api):
    """OpenAI's Chat Completions API, streamed."""

    path = "/chat/completions"

    def body(self, request: Request) -> dict[str, Any]:
        """Give the body of `POST /chat/completions`."""
        return {
            "model": request.model,
            "messages": chat_messages(request.instructions, request.history),
            **_tools(request),
            "stream": True,
            "stream_options": {"include_usage": True},
        }

    def reply(self, stream: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Follow the chunks; messages are told as they grow, calls when they are whole."""
        reply = _Reply()
        for chunk in stream:
            if chunk.get("error"):
                raise reported(chunk["error"], f"the model reported {chunk}")
            yield from reply.take(chunk)
        if reply.finished is None:
            raise lost("stream closed before a finish_reason")
        if reply.finished not in _WHOLE:
            raise reported({"reason": f"the reply was cut short: {reply.finished}"}, "")
        yield from reply.close()


def _tools(request: Request) -> dict[str, Any]:
    """Give the members about tools; the API takes no empty list of them."""
    if not request.tools:
        return {}
    tools = [{"type": "function", "function": tool} for tool in request.tools]
    return {"tools": tools, "tool_choice": "auto"}


class _Reply:
    """What has come of one reply."""

    def __init__(self) -> None:
        self.finished: str | None = None
        self._message = {"type": "message", "role": "assistant", "id": new_id()}
        self._text = ""
        self._calls: dict[Any, dict[str, str]] = {}
        self._usage: Any = None

    def take(self, chunk: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Take the next chunk; give the events that it amounts to."""
        self._usage = chunk.get("usage") or self._usage
        for choice in chunk.get("choices") or []:
            self.finished = choice.get("finish_reason") or self.finished
            delta = choice.get("delta") or {}
            if delta.get("content"):
                yield from self._say(delta["content"])
            for call in delta.get("tool_calls") or []:
                self._add(call)

    def close(self) -> Iterator[dict[str, Any]]:
        """Give the events that end the reply."""
        if self._text:
            content = [{"type": "output_text", "text": self._text}]
            yield _done({**self._message, "content": content})
        for call in self._calls.values():
            yield _done({"type": "function_call", **call})
        yield {"type": "response.completed", "response": {"usage": _usage(self._usage)}}

    def _say(self, text: str) -> Iterator[dict[str, Any]]:
        if not self._text:
            yield {"type": "response.output_item.added", "item": {**self._message, "content": []}}
        self._text += text
        item_id = self._message["id"]
        yield {"type": "response.output_text.delta", "item_id": item_id, "delta": text}

    def _add(self, part: dict[str, Any]) -> None:
        """Add a part of a call; the parts of one call have the same index."""
        begun = {"call_id": "", "name": "", "arguments": ""}
        call = self._calls.setdefault(part.get("index"), begun)
        function = part.get("function") or {}
        call["call_id"] = part.get("id") or call["call_id"]
        call["name"] += function.get("name") or ""
        call["arguments"] += function.get("arguments") or ""


def _done(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "response.output_item.done", "item": item}


def _usage(usage: Any) -> dict[str, Any] | None:
    if not isinstance(usage, dict):
        return None
    return {
        "input_tokens": usage.get("prompt_tokens"),
        "output_tokens": usage.get("completion_tokens"),
        "total_tokens": usage.get("total_tokens"),
        "input_tokens_details": usage.get("prompt_tokens_details"),
        "output_tokens_details": usage.get("completion_tokens_details"),
    }
