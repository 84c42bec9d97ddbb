"""Defects of an MCP server that is no agent: in asking, and in taking what its client answers."""

from __future__ import annotations

import os

from seatrial_reference.errors import RequestError
from seatrial_reference.fronts.asking import TOOLS, AskingTools, consented
from seatrial_reference.fronts.mcp_tools import tool_result
from seatrial_reference.params import Params
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _action(message: dict[str, Any]) -> Any:
    """Give the action that an answer names, if it names one."""
    result = message.get("result")
    return result.get("action") if isinstance(result, dict) else None


class _LosesAcceptance(AskingTools):
    def accepted(self, content: Any) -> dict[str, Any]:
        del content
        return tool_result("the user chose: decline")


class _AnythingAccepts(AskingTools):
    def outcome(self, message: dict[str, Any]) -> dict[str, Any]:
        if "error" in message or _action(message) == "accept":
            return super().outcome(message)
        return consented({})


class _ErrorAccepts(AskingTools):
    def outcome(self, message: dict[str, Any]) -> dict[str, Any]:
        return consented({}) if "error" in message else super().outcome(message)


class _ErrorHangs(AskingTools):
    def answered(self, message: dict[str, Any]) -> None:
        if "error" not in message:
            super().answered(message)


class _NonsenseHangs(AskingTools):
    def answered(self, message: dict[str, Any]) -> None:
        if "error" in message or _action(message) in ("accept", "decline", "cancel"):
            super().answered(message)


class _MisfitHangs(AskingTools):
    def answered(self, message: dict[str, Any]) -> None:
        accepts = _action(message) == "accept"
        if not accepts or not self.misfit(message["result"].get("content")):
            super().answered(message)


class _AnyContent(AskingTools):
    def misfit(self, content: Any) -> str:
        del content
        return ""


class _CancelledAccepts(AskingTools):
    def cancel(self, call_id: Any) -> None:
        super().cancel(call_id)
        self._wire.respond(call_id, consented({}))


class _LateAccepts(AskingTools):
    def cancel(self, call_id: Any) -> None:
        """Leave the question open."""


class _GoneAccepts(AskingTools):
    def close(self) -> None:
        for call_id in self._open.values():
            self._wire.respond(call_id, consented({}))


class _AnyId(AskingTools):
    def answered(self, message: dict[str, Any]) -> None:
        known = message.get("id") in self._open or not self._open
        super().answered(message if known else {**message, "id": min(self._open)})


class _AnswersAgain(AskingTools):
    def answered(self, message: dict[str, Any]) -> None:
        asked = dict(self._open)
        super().answered(message)
        self._open = asked


class _SilenceAccepts(AskingTools):
    def unasked(self, call_id: Any) -> None:
        self._wire.respond(call_id, consented({}))


class _WithoutMessage(AskingTools):
    def question(self) -> dict[str, Any]:
        return {**super().question(), "message": ""}


class _AnotherMode(AskingTools):
    def question(self) -> dict[str, Any]:
        address = {"mode": "url", "url": "https://example.invalid/", "elicitationId": "1"}
        return {**super().question(), **address}


class _FailsBeside(AskingTools):
    def say(self, call_id: Any, arguments: Params) -> None:
        if self._open:
            self._wire.respond(call_id, tool_result("busy", failed=True))
        else:
            super().say(call_id, arguments)


class _AlwaysAsks(AskingTools):
    def say(self, call_id: Any, arguments: Params) -> None:
        self._wire.request(self.next_id(), "elicitation/create", self.question())
        super().say(call_id, arguments)


class _ListsTwice(AskingTools):
    def tools_list(self, request_id: Any, params: Params) -> None:
        del params
        self._wire.respond(request_id, {"tools": [*TOOLS.values(), TOOLS["ask"]]})


class _TakesAnyCall(AskingTools):
    def tools_call(self, request_id: Any, params: Params) -> None:
        try:
            super().tools_call(request_id, params)
        except RequestError:
            self._wire.respond(request_id, tool_result("nothing was done"))


class _ErrorInWords(AskingTools):
    def outcome(self, message: dict[str, Any]) -> dict[str, Any]:
        return {**super().outcome(message), "isError": "no"}


class _Prints(AskingTools):
    def tools_call(self, request_id: Any, params: Params) -> None:
        os.write(1, b"a tool is called\n")
        super().tools_call(request_id, params)


VARIANTS = (
    Variant(
        name="tool-loses-acceptance",
        defect="A tool takes the user's acceptance for a refusal.",
        parts=Parts(asking=_LosesAcceptance),
    ),
    Variant(
        name="tool-takes-anything",
        defect="A tool takes every result of an elicitation for an acceptance.",
        parts=Parts(asking=_AnythingAccepts),
    ),
    Variant(
        name="tool-takes-error",
        defect="A tool takes an error in answer to an elicitation for an acceptance.",
        parts=Parts(asking=_ErrorAccepts),
    ),
    Variant(
        name="tool-hangs-on-error",
        defect="A tool waits for ever when an elicitation is answered with an error.",
        parts=Parts(asking=_ErrorHangs),
    ),
    Variant(
        name="tool-hangs-on-nonsense",
        defect="A tool waits for ever when an elicitation is answered with no known action.",
        parts=Parts(asking=_NonsenseHangs),
    ),
    Variant(
        name="tool-hangs-on-misfit",
        defect="A tool waits for ever when the content does not fit the form.",
        parts=Parts(asking=_MisfitHangs),
    ),
    Variant(
        name="tool-takes-any-content",
        defect="A tool does not hold the content against the form.",
        parts=Parts(asking=_AnyContent),
    ),
    Variant(
        name="tool-takes-cancellation",
        defect="A tool takes the cancellation of its call for an acceptance.",
        parts=Parts(asking=_CancelledAccepts),
    ),
    Variant(
        name="tool-takes-late-answer",
        defect="A tool takes an acceptance that comes after its call was cancelled.",
        parts=Parts(asking=_LateAccepts),
    ),
    Variant(
        name="tool-takes-goodbye",
        defect="A tool takes the going of its client for an acceptance.",
        parts=Parts(asking=_GoneAccepts),
    ),
    Variant(
        name="tool-takes-any-id",
        defect="A tool takes an answer under an id that was never asked.",
        parts=Parts(asking=_AnyId),
    ),
    Variant(
        name="tool-answers-again",
        defect="A call is answered for each answer to its elicitation.",
        parts=Parts(asking=_AnswersAgain),
    ),
    Variant(
        name="tool-takes-silence",
        defect="A tool takes it for an acceptance that its client cannot be asked.",
        parts=Parts(asking=_SilenceAccepts),
    ),
    Variant(
        name="tool-asks-without-message",
        defect="A tool does not say what it asks.",
        parts=Parts(asking=_WithoutMessage),
    ),
    Variant(
        name="tool-asks-otherwise",
        defect="A tool asks in a mode that the client did not declare.",
        parts=Parts(asking=_AnotherMode),
    ),
    Variant(
        name="tool-fails-beside",
        defect="A call fails while another one waits for its user.",
        parts=Parts(asking=_FailsBeside),
    ),
    Variant(
        name="tool-asks-needlessly",
        defect="A tool asks though it has nothing to ask.",
        parts=Parts(asking=_AlwaysAsks),
    ),
    Variant(
        name="tool-listed-twice",
        defect="A tool is listed twice.",
        parts=Parts(asking=_ListsTwice),
    ),
    Variant(
        name="tool-takes-any-call",
        defect="A call that nobody can follow has a result like any other.",
        parts=Parts(asking=_TakesAnyCall),
    ),
    Variant(
        name="tool-error-in-words",
        defect="The result of a call says in words whether it is an error.",
        parts=Parts(asking=_ErrorInWords),
    ),
    Variant(
        name="tool-prints",
        defect="A tool writes a line of its own to stdout.",
        parts=Parts(asking=_Prints),
    ),
)
