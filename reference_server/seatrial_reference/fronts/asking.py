"""An MCP server that is no agent: a tool that asks the client's user, and one that does not."""

from __future__ import annotations

import json

from seatrial_reference.errors import INVALID_PARAMS, RequestError
from seatrial_reference.fronts.asking_form import FORM, MESSAGE, misfit
from seatrial_reference.fronts.mcp_tools import tool_result
from seatrial_reference.params import Params

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.connection import Handlers
    from seatrial_reference.wire import Wire

ELICIT = "elicitation/create"

TOOLS: dict[str, dict[str, Any]] = {
    "ask": {
        "name": "ask",
        "description": "Asks the user by a form, and says what came of it.",
        "inputSchema": {"type": "object", "properties": {}},
    },
    "say": {
        "name": "say",
        "description": "Says what it is given, and asks nobody.",
        "inputSchema": {
            "type": "object",
            "properties": {"text": {"type": "string"}},
            "required": ["text"],
        },
    },
}


class AskingTools:
    """The tools of one connection (Model Context Protocol 2025-06-18).

    A call that asks is answered when its user has, in the reading thread: there is no other.

    Args:
        wire: Where questions and answers go.
        can_ask: Whether the client can be asked by elicitation.
    """

    def __init__(self, wire: Wire, *, can_ask: bool) -> None:
        self._wire = wire
        self._can_ask = can_ask
        self._asked = 0
        self._open: dict[int, Any] = {}
        self._tools: Handlers = {"ask": self.ask, "say": self.say}
        self.table: Handlers = {
            "ping": self.ping,
            "tools/list": self.tools_list,
            "tools/call": self.tools_call,
        }

    def ping(self, request_id: Any, params: Params) -> None:
        """Answer: everything that came before has been seen to."""
        del params
        self._wire.respond(request_id, {})

    def tools_list(self, request_id: Any, params: Params) -> None:
        """List the tools, all on one page."""
        del params
        self._wire.respond(request_id, {"tools": list(TOOLS.values())})

    def tools_call(self, request_id: Any, params: Params) -> None:
        """Call a tool."""
        name = params.required_text("name")
        tool = self._tools.get(name)
        if tool is None:
            raise RequestError(INVALID_PARAMS, f"Unknown tool: {name}")
        tool(request_id, params.table("arguments") or Params({}))

    def ask(self, call_id: Any, arguments: Params) -> None:
        """Ask the user; the call is answered when the user has."""
        del arguments
        if not self._can_ask:
            self.unasked(call_id)
            return
        question = self.next_id()
        self._open[question] = call_id
        self._wire.request(question, ELICIT, self.question())

    def say(self, call_id: Any, arguments: Params) -> None:
        """Answer with the text that is given."""
        self._wire.respond(call_id, tool_result(arguments.required_text("text")))

    def next_id(self) -> int:
        """Take the id of the next question."""
        self._asked += 1
        return self._asked

    def question(self) -> dict[str, Any]:
        """Give what the user is asked by."""
        return {"message": MESSAGE, "requestedSchema": FORM}

    def unasked(self, call_id: Any) -> None:
        """Answer a call whose client cannot be asked."""
        self._wire.respond(call_id, tool_result("the client cannot be asked", failed=True))

    def answered(self, message: dict[str, Any]) -> None:
        """Take the client's answer to a question; one that nobody waits for is passed over."""
        question = message.get("id")
        if type(question) is int and question in self._open:
            self._wire.respond(self._open.pop(question), self.outcome(message))

    def outcome(self, message: dict[str, Any]) -> dict[str, Any]:
        """Give the result of a call whose question was answered."""
        if "error" in message:
            return tool_result("the client answered with an error", failed=True)
        result = message.get("result")
        given: dict[str, Any] = result if isinstance(result, dict) else {}
        action = given.get("action")
        if action == "accept":
            return self.accepted(given.get("content"))
        if action in ("decline", "cancel"):
            return tool_result(f"the user chose: {action}")
        return tool_result("the client's answer is none", failed=True)

    def accepted(self, content: Any) -> dict[str, Any]:
        """Give the result of a call whose question was accepted."""
        wrong = self.misfit(content)
        if wrong:
            return tool_result(f"the content does not fit the form: {wrong}", failed=True)
        return consented(content)

    def misfit(self, content: Any) -> str:
        """Tell what is wrong with the content of an answer; nothing if it fits."""
        return misfit(content)

    def cancel(self, call_id: Any) -> None:
        """Forget the question of a call, which is not answered any more."""
        for question in self.questions_of(call_id):
            del self._open[question]

    def close(self) -> None:
        """Forget every question: the client has gone."""
        self._open.clear()

    def questions_of(self, call_id: Any) -> list[int]:
        """Give the open questions of a call."""
        return [
            question
            for question, call in self._open.items()
            if type(call) is type(call_id) and call == call_id
        ]


def consented(content: Any) -> dict[str, Any]:
    """Give the result of a call that its user has agreed to."""
    return tool_result(f"accepted: {json.dumps(content)}")
