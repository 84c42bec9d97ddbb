"""Defects in passing on what a tool server asks, and in giving it the client's answer."""

from __future__ import annotations

from seatrial_reference.errors import TurnInterrupted
from seatrial_reference.services import Parts
from seatrial_reference.tool_servers.call import ToolCall
from seatrial_reference.variants.variant import Variant
from seatrial_reference.wire import Wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from seatrial_reference.wish import Result

_ACCEPT: dict[str, Any] = {"result": {"action": "accept", "content": {}}}
_DECLINE: dict[str, Any] = {"result": {"action": "decline"}}


class _BareForms(ToolCall):
    def facts(self, params: dict[str, Any]) -> dict[str, Any]:
        bare = {"message": "", "requestedSchema": {"type": "object"}} if self.tool == "ask" else {}
        return {**super().facts(params), **bare}


class _WithoutName(ToolCall):
    def facts(self, params: dict[str, Any]) -> dict[str, Any]:
        return {**super().facts(params), "serverName": "some server"}


class _WithoutId(ToolCall):
    def facts(self, params: dict[str, Any]) -> dict[str, Any]:
        return {key: v for key, v in super().facts(params).items() if key != "elicitationId"}


class _Gives(ToolCall):
    """Changes what the client answered."""

    def read(self, message: dict[str, Any]) -> dict[str, Any]:
        answer = super().read(message)
        return {"result": self.given(answer["result"])} if "result" in answer else answer

    def given(self, result: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


class _WithoutContent(_Gives):
    def given(self, result: dict[str, Any]) -> dict[str, Any]:
        return {"action": result["action"]}


class _AlwaysContent(_Gives):
    def given(self, result: dict[str, Any]) -> dict[str, Any]:
        return {"content": {}, **result} if result["action"] == "accept" else result


class _Declines(_Gives):
    def given(self, result: dict[str, Any]) -> dict[str, Any]:
        return {"action": "decline"} if result["action"] != "decline" else {"action": "cancel"}


class _RefusalEndsTurn(ToolCall):
    def asked(self, params: dict[str, Any]) -> dict[str, Any]:
        answer = super().asked(params)
        if answer.get("result", {}).get("action") in {"decline", "cancel"}:
            raise TurnInterrupted
        return answer


class _ErrorAccepts(ToolCall):
    def read(self, message: dict[str, Any]) -> dict[str, Any]:
        return _ACCEPT if "error" in message else super().read(message)


class _NeverResolved(ToolCall):
    def asked(self, params: dict[str, Any]) -> dict[str, Any]:
        approvals = self.around.services.approvals
        resolve, approvals.resolve = approvals.resolve, lambda pending: None  # type: ignore[method-assign]
        try:
            return super().asked(params)
        finally:
            approvals.resolve = resolve  # type: ignore[method-assign]


class _Crosses(ToolCall):
    """Gives each of two questions the answer to the other."""

    _first: tuple[dict[str, Any], dict[str, Any]] | None = None

    def give(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        if self.tool != "ask_both":
            super().give(request, answer)
        elif self._first is None:
            self._first = (request, answer)
        else:
            super().give(self._first[0], answer)
            super().give(request, self._first[1])


class _InterruptUnheeded(ToolCall):
    def perform(self) -> Result:
        try:
            return super().perform()
        except TurnInterrupted:
            self.around.control._interrupted = False
            return self.failed("the user did not want it")


class _InterruptAccepts(ToolCall):
    def forward(self, request: dict[str, Any]) -> None:
        try:
            super().forward(request)
        except TurnInterrupted:
            self.give(request, _ACCEPT)
            raise


class _DeclinesForTheClient(ToolCall):
    def asked(self, params: dict[str, Any]) -> dict[str, Any]:
        del params
        return _DECLINE


class _WithoutMeta(ToolCall):
    def shown(self, result: dict[str, Any]) -> dict[str, Any]:
        return {**super().shown(result), "_meta": None}


class _AddsField(Wire):
    """Adds a field to every form that the client is asked by."""

    field: Mapping[str, Any]

    def request(self, request_id: int, method: str, params: dict[str, Any]) -> None:
        schema = params.get("requestedSchema")
        if schema is not None:
            more = {**schema, "properties": {**schema["properties"], **self.field}}
            params = {**params, "requestedSchema": more}
        super().request(request_id, method, params)


class _Nests(_AddsField):
    field: Mapping[str, Any] = {"more": {"type": "object", "properties": {}}}


class _AsksSecrets(_AddsField):
    field: Mapping[str, Any] = {"password": {"type": "string"}}


VARIANTS = (
    Variant(
        name="forwards-bare-forms",
        defect="What a tool server asks reaches the client without its message and its schema.",
        parts=Parts(tool_call=_BareForms),
    ),
    Variant(
        name="forwards-anonymously",
        defect="What a tool server asks reaches the client under another name.",
        parts=Parts(tool_call=_WithoutName),
    ),
    Variant(
        name="forwards-without-id",
        defect="The address that a tool server asks to open reaches the client without its id.",
        parts=Parts(tool_call=_WithoutId),
    ),
    Variant(
        name="forwards-no-content",
        defect="What a form was filled in with does not reach the tool server.",
        parts=Parts(tool_call=_WithoutContent),
    ),
    Variant(
        name="forwards-more-content",
        defect="An answer without content reaches the tool server with an empty one.",
        parts=Parts(tool_call=_AlwaysContent),
    ),
    Variant(
        name="forwards-otherwise",
        defect="An acceptance and a cancellation reach the tool server as declined, and the "
        "other way round.",
        parts=Parts(tool_call=_Declines),
    ),
    Variant(
        name="refusal-ends-turn",
        defect="A turn is interrupted when what a tool server asks is refused.",
        parts=Parts(tool_call=_RefusalEndsTurn),
    ),
    Variant(
        name="forwarded-error-accepts",
        defect="An error of the client reaches the tool server as an acceptance.",
        parts=Parts(tool_call=_ErrorAccepts),
    ),
    Variant(
        name="forwarded-never-resolved",
        defect="The client is not told that what a tool server asked is settled.",
        parts=Parts(tool_call=_NeverResolved),
    ),
    Variant(
        name="crosses-forwarded",
        defect="Of two questions of a tool server each gets the answer to the other.",
        parts=Parts(tool_call=_Crosses),
    ),
    Variant(
        name="goes-on-when-interrupted",
        defect="A turn goes on though it was interrupted while a tool server asked.",
        parts=Parts(tool_call=_InterruptUnheeded),
    ),
    Variant(
        name="interrupt-accepts",
        defect="What a tool server asks is accepted when the turn is interrupted.",
        parts=Parts(tool_call=_InterruptAccepts),
    ),
    Variant(
        name="declines-for-the-client",
        defect="What a tool server asks is declined without asking the client.",
        parts=Parts(tool_call=_DeclinesForTheClient),
    ),
    Variant(
        name="loses-meta",
        defect="The `_meta` of a tool's result does not reach the client.",
        parts=Parts(tool_call=_WithoutMeta),
    ),
    Variant(
        name="nests-forms",
        defect="Every form that the client is asked by has an object in it.",
        parts=Parts(wire=_Nests),
    ),
    Variant(
        name="asks-secrets",
        defect="Every form that the client is asked by asks for a password.",
        parts=Parts(wire=_AsksSecrets),
    ),
)
