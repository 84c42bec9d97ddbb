"""The Responses API, in whose words the history is kept: nothing has to be translated."""

from __future__ import annotations

from seatrial_reference.apis.api import Api, lost, reported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from seatrial_reference.context import Request
    from seatrial_reference.errors import TurnFailed


class Responses(Api):
    """OpenAI's Responses API, streamed."""

    path = "/responses"

    def body(self, request: Request) -> dict[str, Any]:
        """Give the body of `POST /responses`."""
        return {
            "model": request.model,
            "instructions": request.instructions,
            "input": request.history,
            "tools": [{"type": "function", **tool} for tool in request.tools],
            "tool_choice": "auto",
            "parallel_tool_calls": True,
            "store": False,
            "stream": True,
            "include": [],
            "prompt_cache_key": request.thread_id,
        }

    def reply(self, stream: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Pass the events on, up to `response.completed`."""
        for event in stream:
            kind = event.get("type")
            if kind in {"response.failed", "response.incomplete", "error"}:
                raise _failure(event)
            yield event
            if kind == "response.completed":
                return
        raise lost("stream closed before response.completed")


def _failure(event: dict[str, Any]) -> TurnFailed:
    """Read the error out of `response.failed`, `response.incomplete` or `error`."""
    response = event.get("response")
    holder = response if isinstance(response, dict) else event
    error = holder.get("error") or holder.get("incomplete_details") or event
    return reported(error, f"the model reported {event}")
