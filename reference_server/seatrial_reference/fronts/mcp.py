"""The dialect mcp: a session is a tool that is called, and goes on with another call."""

from __future__ import annotations

from functools import partial

from seatrial_reference.errors import INVALID_REQUEST, RequestError
from seatrial_reference.fronts.mcp_events import CallEvents, configured
from seatrial_reference.fronts.mcp_tools import SESSION_NAMES, SETTINGS, TOOLS, tool_result
from seatrial_reference.params import Params

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.connection import Handlers
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.threads import Thread
    from seatrial_reference.turn import Turn
    from seatrial_reference.wire import Wire


class Mcp:
    """The tools of one connection (Model Context Protocol 2025-06-18, Codex 0.98.0).

    Args:
        conversations: What it speaks of.
        wire: Where answers go.
        can_ask: Whether the client can be asked by elicitation.

    Attributes:
        events: What makes the voice of a call.
    """

    events: type[CallEvents] = CallEvents

    def __init__(self, conversations: Conversations, wire: Wire, *, can_ask: bool) -> None:
        self._conversations = conversations
        self._wire = wire
        self._can_ask = can_ask
        self._running: dict[Any, Turn] = {}
        self._tools: Handlers = {"codex": self.codex, "codex-reply": self.codex_reply}
        self.table: Handlers = {
            "ping": self.ping,
            "tools/list": self.tools_list,
            "tools/call": self.tools_call,
        }

    def ping(self, request_id: Any, params: Params) -> None:
        """Answer once every turn rests: the request to use as a fence."""
        del params
        self._conversations.settle()
        self._wire.respond(request_id, {})

    def tools_list(self, request_id: Any, params: Params) -> None:
        """List the tools, all on one page."""
        del params
        self._wire.respond(request_id, {"tools": list(TOOLS.values())})

    def tools_call(self, request_id: Any, params: Params) -> None:
        """Call a tool; what is wrong with the call is told in its result."""
        name = params.required_text("name")
        try:
            tool = self._tools.get(name)
            if tool is None:
                raise RequestError(INVALID_REQUEST, f"Unknown tool '{name}'")
            tool(request_id, params.table("arguments") or Params({}))
        except RequestError as error:
            self._wire.respond(request_id, tool_result(error.message, failed=True))

    def cancel(self, request_id: Any) -> None:
        """Interrupt the turn of a call, if it is running; the call is not answered any more."""
        turn = self._running.get(request_id) if isinstance(request_id, str | int) else None
        if turn is not None:
            assert isinstance(turn.events, CallEvents)
            turn.events.wanted = False
            turn.control.interrupt()

    def codex(self, request_id: Any, arguments: Params) -> None:
        """Begin a session; the call is answered when its turn is over."""
        prompt = _prompt("codex", arguments)
        thread = self._conversations.start(self.configured(arguments), _kebab)
        turn = self._begin(request_id, thread, prompt)
        configured(self._wire, request_id, thread)
        self._conversations.go(turn)

    def codex_reply(self, request_id: Any, arguments: Params) -> None:
        """Go on with a session; the call is answered when its turn is over."""
        prompt = _prompt("codex-reply", arguments)
        named = next((name for name in SESSION_NAMES if arguments.text(name)), SESSION_NAMES[0])
        session = arguments.required_text(named)
        if session not in self._conversations.threads:
            raise RequestError(INVALID_REQUEST, f"Session not found for {named}: {session}")
        turn = self._begin(request_id, self._conversations.threads[session], prompt)
        self._conversations.go(turn)

    def configured(self, arguments: Params) -> Params:
        """Give the arguments with what the call has under `config`, where they do not say it."""
        given = (arguments.table("config") or Params({})).raw()
        settings = {SETTINGS[name]: value for name, value in given.items() if name in SETTINGS}
        return Params({**settings, **arguments.raw()})

    def _begin(self, request_id: Any, thread: Thread, prompt: str) -> Turn:
        speaks = partial(self.events, self._wire, request_id, self._forget, can_ask=self._can_ask)
        turn = self._conversations.begin(thread, [prompt], thread.settings, speaks)
        self._running[request_id] = turn
        return turn

    def _forget(self, request_id: Any) -> None:
        self._running.pop(request_id, None)


def _prompt(tool: str, arguments: Params) -> str:
    prompt = arguments.text("prompt")
    if prompt is None:
        raise RequestError(
            INVALID_REQUEST,
            f"Missing arguments for {tool} tool-call; the `prompt` field is required.",
        )
    return prompt


def _kebab(name: str) -> str:
    return "".join(f"-{char.lower()}" if char.isupper() else char for char in name)
