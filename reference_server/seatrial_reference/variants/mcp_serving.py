"""Defects in being an MCP server: the handshake, the tools, the results of calls."""

from __future__ import annotations

from seatrial_reference.fronts.mcp import Mcp
from seatrial_reference.fronts.mcp_events import EVENT
from seatrial_reference.fronts.mcp_server import REVISIONS, McpServer
from seatrial_reference.params import Params
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant
from seatrial_reference.wire import Wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.conversations import Conversations


class _Answers(Wire):
    """Changes the results that requests are answered with."""

    def respond(self, request_id: Any, result: Any) -> None:
        super().respond(request_id, self.answer(result))

    def answer(self, result: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


class _ListsOneMore(_Answers):
    def answer(self, result: dict[str, Any]) -> dict[str, Any]:
        if "tools" in result:
            more = {"name": "codex-more", "inputSchema": {"type": "object"}}
            return {"tools": [*result["tools"], more]}
        return result


class _EmptySchemas(_Answers):
    def answer(self, result: dict[str, Any]) -> dict[str, Any]:
        if "tools" in result:
            return {"tools": [{**tool, "inputSchema": {}} for tool in result["tools"]]}
        return result


class _ErrorsShownAsResults(_Answers):
    def answer(self, result: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in result.items() if key != "isError"}


class _WithoutText(_Answers):
    def answer(self, result: dict[str, Any]) -> dict[str, Any]:
        return {**result, "content": []} if "structuredContent" in result else result


class _WithoutStructure(_Answers):
    def answer(self, result: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in result.items() if key != "structuredContent"}


class _DeclaresNothing(_Answers):
    def answer(self, result: dict[str, Any]) -> dict[str, Any]:
        return {**result, "capabilities": {}} if "capabilities" in result else result


class _WithoutVersion(_Answers):
    def answer(self, result: dict[str, Any]) -> dict[str, Any]:
        return {**result, "serverInfo": {"name": "x"}} if "serverInfo" in result else result


class _WordyPing(_Answers):
    def answer(self, result: dict[str, Any]) -> dict[str, Any]:
        return result or {"pong": True}


class _PromptByDefault(Mcp):
    """Begins a conversation about nothing where there is no prompt."""

    def codex(self, request_id: Any, arguments: Params) -> None:
        super().codex(request_id, Params({"prompt": "", **arguments.raw()}))


class _DefaultsPrompt(McpServer):
    def dialect(self, conversations: Conversations) -> Mcp:
        return _PromptByDefault(conversations, self.wire, can_ask=self._can_ask)


class _WithoutConfig(Mcp):
    def configured(self, arguments: Params) -> Params:
        return arguments


class _PassesConfigOver(McpServer):
    def dialect(self, conversations: Conversations) -> Mcp:
        return _WithoutConfig(conversations, self.wire, can_ask=self._can_ask)


class _MessagesUnheard(Wire):
    """Does not pass on what the agent said."""

    def notify(self, method: str, params: dict[str, Any]) -> None:
        if method != EVENT or params["msg"]["type"] != "agent_message":
            super().notify(method, params)


class _MessagesElsewhere(Wire):
    """Passes on what the agent said as part of another call."""

    def notify(self, method: str, params: dict[str, Any]) -> None:
        if method == EVENT and params["msg"]["type"] == "agent_message":
            params = {**params, "_meta": {**params["_meta"], "requestId": "another"}}
        super().notify(method, params)


class _OldestRevision(McpServer):
    def revision(self, asked: str) -> str:
        del asked
        return REVISIONS[-1]


class _InventedRevision(McpServer):
    def revision(self, asked: str) -> str:
        return asked if asked == REVISIONS[0] else "first"


class _EchoedRevision(McpServer):
    def revision(self, asked: str) -> str:
        return asked


class _ShakesHandsAgain(McpServer):
    def initialize(self, request_id: Any, params: Params) -> None:
        self.client = None
        super().initialize(request_id, params)


class _PassesOver(Wire):
    """Never answers with an error."""

    def fail(self, request_id: Any, code: int, message: str) -> None:
        del request_id, code, message


class _AnswersCancelled(Mcp):
    def cancel(self, request_id: Any) -> None:
        turn = self._running.get(request_id)
        if turn is not None:
            turn.control.interrupt()


class _WantsAll(McpServer):
    def dialect(self, conversations: Conversations) -> Mcp:
        return _AnswersCancelled(conversations, self.wire, can_ask=self._can_ask)


VARIANTS = (
    Variant(
        name="lists-one-more",
        defect="tools/list names a tool that there is not.",
        parts=Parts(wire=_ListsOneMore),
    ),
    Variant(
        name="empty-schemas",
        defect="tools/list does not say what the tools take.",
        parts=Parts(wire=_EmptySchemas),
    ),
    Variant(
        name="errors-as-results",
        defect="The result of a call that came to nothing does not say so.",
        parts=Parts(wire=_ErrorsShownAsResults),
    ),
    Variant(
        name="prompt-by-default",
        defect="A call without a prompt begins a conversation.",
        parts=Parts(mcp_server=_DefaultsPrompt),
    ),
    Variant(
        name="result-without-text",
        defect="The result of a call does not hold what the agent said last.",
        parts=Parts(wire=_WithoutText),
    ),
    Variant(
        name="result-without-structure",
        defect="The result of a call has no structured content.",
        parts=Parts(wire=_WithoutStructure),
    ),
    Variant(
        name="passes-config-over",
        defect="What a call gives under `config` has no effect.",
        parts=Parts(mcp_server=_PassesConfigOver),
    ),
    Variant(
        name="messages-unheard",
        defect="No event tells what the agent said.",
        parts=Parts(wire=_MessagesUnheard),
    ),
    Variant(
        name="messages-elsewhere",
        defect="The event that tells what the agent said names another call.",
        parts=Parts(wire=_MessagesElsewhere),
    ),
    Variant(
        name="oldest-revision",
        defect="The oldest revision of the protocol is spoken, whatever the client asks for.",
        parts=Parts(mcp_server=_OldestRevision),
    ),
    Variant(
        name="invented-revision",
        defect="An older revision of the protocol is answered with one that there is not.",
        parts=Parts(mcp_server=_InventedRevision),
    ),
    Variant(
        name="echoed-revision",
        defect="Whatever revision of the protocol the client names is said to be spoken.",
        parts=Parts(mcp_server=_EchoedRevision),
    ),
    Variant(
        name="declares-nothing",
        defect="The handshake declares no tools.",
        parts=Parts(wire=_DeclaresNothing),
    ),
    Variant(
        name="without-version",
        defect="The handshake does not say the server's version.",
        parts=Parts(wire=_WithoutVersion),
    ),
    Variant(
        name="shakes-hands-again",
        defect="A second initialize is answered like the first.",
        parts=Parts(mcp_server=_ShakesHandsAgain),
    ),
    Variant(
        name="wordy-ping",
        defect="A ping is answered with more than an empty result.",
        parts=Parts(wire=_WordyPing),
    ),
    Variant(
        name="passes-requests-over",
        defect="A request that the server knows nothing of is never answered.",
        parts=Parts(wire=_PassesOver),
    ),
    Variant(
        name="answers-cancelled",
        defect="A call that was cancelled is answered all the same.",
        parts=Parts(mcp_server=_WantsAll),
    ),
)
