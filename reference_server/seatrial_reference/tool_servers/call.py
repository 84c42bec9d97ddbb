"""One call of a tool of a tool server: shown, done, and its questions passed on to the client."""

from __future__ import annotations

import time

from seatrial_reference.approvals import Question
from seatrial_reference.errors import TurnInterrupted
from seatrial_reference.log import note
from seatrial_reference.tool_servers.process import ToolServerGone
from seatrial_reference.wish import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.tool_servers.process import ToolProcess
    from seatrial_reference.wish import Surroundings

ACTIONS = ("accept", "decline", "cancel")
NO_ANSWER = {"code": -32603, "message": "the client could not be asked"}


class ToolCall:
    """The way of one call.

    Args:
        call_id: The id of the model's call, which is also the id of the item.
        process: The tool server.
        tool: The tool's name.
        arguments: What it is given.
        around: The turn it belongs to.
    """

    def __init__(
        self,
        call_id: str,
        process: ToolProcess,
        tool: str,
        arguments: dict[str, Any],
        around: Surroundings,
    ) -> None:
        self.call_id = call_id
        self.process = process
        self.tool = tool
        self.arguments = arguments
        self.around = around
        self._clock = time.monotonic()

    def perform(self) -> Result:
        """Call the tool, pass on what it asks, and tell the model what came of it.

        Raises:
            TurnInterrupted: The turn was interrupted; the tool server is told to stop.
        """
        self.show("inProgress")
        self.process.inbox.control = self.around.control
        number = self.process.begin("tools/call", self.params())
        try:
            answer = self.answer_to(number)
        except ToolServerGone:
            return self.failed("the tool server has ended")
        except TurnInterrupted:
            self.process.send(
                {"method": "notifications/cancelled", "params": {"requestId": number}}
            )
            self.show("failed", error="the turn was interrupted")
            raise
        finally:
            self.process.inbox.control = None
        if "error" in answer:
            return self.failed(str(answer["error"].get("message")))
        result = answer.get("result", {})
        self.show("failed" if result.get("isError") else "completed", result=self.shown(result))
        return Result(output=self.told(result))

    def params(self) -> dict[str, Any]:
        """Give the parameters of the call."""
        return {"name": self.tool, "arguments": self.arguments, "_meta": {"callId": self.call_id}}

    def answer_to(self, number: int) -> dict[str, Any]:
        """Wait for the answer to the call, and pass on what is asked meanwhile."""
        while True:
            message = self.process.inbox.next()
            if "method" in message:
                self.forward(message)
            elif message.get("id") == number:
                return message

    def forward(self, request: dict[str, Any]) -> None:
        """Put to the client what the tool server asks, and give it the client's answer."""
        self.give(request, self.asked(request.get("params") or {}))

    def asked(self, params: dict[str, Any]) -> dict[str, Any]:
        """Ask the client, and wait for its answer: a `result` or an `error`.

        Raises:
            TurnInterrupted: The turn was interrupted while the request was open.
        """
        events, approvals = self.around.events, self.around.services.approvals
        question = Question(
            facts=self.facts(params), put=events.elicited, read=self.read, events=events
        )
        events.status("active", "waitingOnUserInput")
        answer: dict[str, Any] = approvals.settle(approvals.request(question, self.around.control))
        events.status("active")
        return answer

    def give(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        """Answer the tool server's request."""
        self.process.send({"id": request["id"], **answer})

    def facts(self, params: dict[str, Any]) -> dict[str, Any]:
        """Give what the request to the client says: whose it is, and all that was asked."""
        return {
            "threadId": self.around.thread_id,
            "turnId": self.around.control.turn_id,
            "serverName": self.process.name,
            "mode": "form",
            "_meta": None,
            **params,
        }

    def read(self, message: dict[str, Any]) -> dict[str, Any]:
        """Read the client's answer; what is not one of the protocol's is an error."""
        result = message.get("result")
        if isinstance(result, dict) and result.get("action") in ACTIONS:
            return {"result": {key: result[key] for key in ("action", "content") if key in result}}
        note(f"an elicitation was answered with {message!r:.200} and is given back as an error")
        return {"error": NO_ANSWER}

    def failed(self, why: str) -> Result:
        """Show that nothing came of the call, and tell the model."""
        self.show("failed", error=why)
        return Result(output=f"tool call error: {why}")

    def shown(self, result: dict[str, Any]) -> dict[str, Any]:
        """Give the result as the client is shown it: whole."""
        return {
            "content": result.get("content", []),
            "structuredContent": result.get("structuredContent"),
            "_meta": result.get("_meta"),
        }

    def told(self, result: dict[str, Any]) -> str:
        """Give the result as the model is told it: its texts."""
        return "\n".join(str(part.get("text", "")) for part in result.get("content", ()))

    def show(
        self, status: str, *, result: dict[str, Any] | None = None, error: str | None = None
    ) -> None:
        """Show the call to the client."""
        over = status != "inProgress"
        item = {
            "type": "mcpToolCall",
            "id": self.call_id,
            "server": self.process.name,
            "tool": self.tool,
            "status": status,
            "arguments": self.arguments,
            "appContext": None,
            "mcpAppUi": None,
            "pluginId": None,
            "readOnlyHint": None,
            "result": result,
            "error": None if error is None else {"message": error},
            "durationMs": int((time.monotonic() - self._clock) * 1000) if over else None,
        }
        self.around.events.tool_shown(item, over=over)
