"""Defects in asking a client of the Model Context Protocol, and in taking what it answers."""

from __future__ import annotations

import threading

from seatrial_reference.approvals import Approvals, Decision
from seatrial_reference.errors import TurnInterrupted
from seatrial_reference.execution import Execution
from seatrial_reference.fronts.mcp import Mcp
from seatrial_reference.fronts.mcp_events import ASK, CallEvents
from seatrial_reference.fronts.mcp_server import McpServer
from seatrial_reference.patch.patching import Patching
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant
from seatrial_reference.wire import Wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from seatrial_reference.approvals import Pending
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.params import Params


def _speaking(voice: type[CallEvents]) -> Parts:
    """Give the parts of an MCP server whose calls have this voice."""

    class Dialect(Mcp):
        events = voice

    class Server(McpServer):
        def dialect(self, conversations: Conversations) -> Mcp:
            return Dialect(conversations, self.wire, can_ask=self._can_ask)

    return Parts(mcp_server=Server)


class _AsksTwice(CallEvents):
    """Sends a second elicitation, under an id that nothing waits for."""

    def asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        super().asked(request_id, facts)
        super().asked(request_id + 1000, facts)

    def patch_asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        super().patch_asked(request_id, facts)
        super().patch_asked(request_id + 1000, facts)


class _Says(Wire):
    """Changes the parameters of an elicitation."""

    def request(self, request_id: int, method: str, params: dict[str, Any]) -> None:
        super().request(request_id, method, self.said(params) if method == ASK else params)

    def said(self, params: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


class _WithoutMessage(_Says):
    def said(self, params: dict[str, Any]) -> dict[str, Any]:
        return {**params, "message": "May this go on?"}


class _WithoutSchema(_Says):
    def said(self, params: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in params.items() if key != "requestedSchema"}


class _WithoutCall(_Says):
    def said(self, params: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in params.items() if key != "codex_mcp_tool_call_id"}


class _WithoutChanges(_Says):
    def said(self, params: dict[str, Any]) -> dict[str, Any]:
        return {**params, "codex_changes": {}} if "codex_changes" in params else params


class _WritesNothing(Patching):
    def accepted(self, decision: Decision) -> Any:
        del decision
        return self.declined()


class _ReadsDecisionsAlone(CallEvents):
    answer_members: tuple[str, ...] = ("decision",)


class _AnyActionAccepts(CallEvents):
    decisions: Mapping[str, Decision] = {
        **CallEvents.decisions,
        "decline": Decision.ACCEPT,
        "cancel": Decision.ACCEPT,
    }


class _AsksWhoever(McpServer):
    def asks(self, capabilities: Params) -> bool:
        del capabilities
        return True


class _SilenceIsConsent(Execution):
    def ask(self, reason: str | None) -> Decision:
        return super().ask(reason) if self.around.events.can_ask else Decision.ACCEPT


class _LosesAcceptance(Execution):
    def accepted(self, decision: Decision) -> Any:
        del decision
        return self.declined()


class _RefusalRuns(Execution):
    def act_on(self, decision: Decision) -> Any:
        return super().act_on(Decision.ACCEPT if decision is Decision.DECLINE else decision)

    def cancelled(self) -> Any:
        return self.accepted(Decision.ACCEPT)


class _ErrorAccepts(Execution):
    def read(self, message: dict[str, Any]) -> Decision:
        return Decision.ACCEPT if "error" in message else super().read(message)


class _AnythingAccepts(Execution):
    """Takes every result for consent that is not clearly a refusal."""

    def read(self, message: dict[str, Any]) -> Decision:
        decided = super().read(message)
        result = message.get("result")
        given = result if isinstance(result, dict) else {}
        refused = {given.get("decision"), given.get("action")} & {"denied", "decline", "cancel"}
        clear = decided is not Decision.DECLINE or "error" in message or refused
        return decided if clear else Decision.ACCEPT


class _CancelledRuns(Execution):
    """Runs a command whose call is cancelled while its elicitation is pending."""

    def settle(self, pending: Pending) -> Decision:
        try:
            return super().settle(pending)
        except TurnInterrupted:
            self.around.control._interrupted = False
            self.run_accepted()
            raise


class _Accepting(Approvals):
    def accept_all(self) -> None:
        """Accept every request that is open."""
        for request_id in list(self._pending):
            self.deliver(request_id, {"result": {"decision": "approved"}})


class _GoneIsConsent(McpServer):
    """Accepts what is pending when its client has gone, and ends when that is done."""

    def close(self) -> None:
        if self._conversations is not None:
            approvals = self._conversations.services.approvals
            assert isinstance(approvals, _Accepting)
            approvals.accept_all()
            for thread in threading.enumerate():
                if thread.name.startswith("turn-"):
                    thread.join(timeout=10)
        super().close()


class _LivesOn(McpServer):
    """Stays when its client has gone, until it is killed."""

    def close(self) -> None:
        threading.Event().wait()


VARIANTS = (
    Variant(
        name="elicits-twice",
        defect="Each approval is asked for by two elicitations.",
        parts=_speaking(_AsksTwice),
    ),
    Variant(
        name="elicits-without-command",
        defect="The message of an elicitation does not say what is asked for.",
        parts=Parts(wire=_WithoutMessage),
    ),
    Variant(
        name="elicits-without-schema",
        defect="An elicitation has no requested schema.",
        parts=Parts(wire=_WithoutSchema),
    ),
    Variant(
        name="elicits-without-call",
        defect="An elicitation does not say which call it belongs to.",
        parts=Parts(wire=_WithoutCall),
    ),
    Variant(
        name="elicits-without-changes",
        defect="The elicitation for the change of a file does not show the change.",
        parts=Parts(wire=_WithoutChanges),
    ),
    Variant(
        name="elicited-change-lost",
        defect="A change of a file that was accepted in an elicitation is not made.",
        parts=Parts(patching=_WritesNothing),
    ),
    Variant(
        name="reads-decisions-alone",
        defect="An answer as the specification has it, with an action, counts as a refusal.",
        parts=_speaking(_ReadsDecisionsAlone),
    ),
    Variant(
        name="any-action-accepts",
        defect="An answer with any action of the specification counts as accepted.",
        parts=_speaking(_AnyActionAccepts),
    ),
    Variant(
        name="elicits-whoever",
        defect="A client that cannot be asked is asked, and waited for.",
        parts=Parts(mcp_server=_AsksWhoever),
    ),
    Variant(
        name="silence-is-consent",
        defect="What a client that cannot be asked would have to approve is run.",
        parts=Parts(execution=_SilenceIsConsent),
    ),
    Variant(
        name="elicited-acceptance-lost",
        defect="A command that was accepted in an elicitation is not run.",
        parts=Parts(execution=_LosesAcceptance),
    ),
    Variant(
        name="elicited-refusal-runs",
        defect="A command that was declined or cancelled in an elicitation is run.",
        parts=Parts(execution=_RefusalRuns),
    ),
    Variant(
        name="error-accepts",
        defect="An elicitation that is answered with an error counts as accepted.",
        parts=Parts(execution=_ErrorAccepts),
    ),
    Variant(
        name="anything-accepts",
        defect="An answer to an elicitation that cannot be understood counts as accepted.",
        parts=Parts(execution=_AnythingAccepts),
    ),
    Variant(
        name="cancelled-call-runs",
        defect="A command that is pending when its call is cancelled is run.",
        parts=Parts(execution=_CancelledRuns),
    ),
    Variant(
        name="gone-is-consent",
        defect="What is pending when the client goes is run.",
        parts=Parts(mcp_server=_GoneIsConsent, approvals=_Accepting),
    ),
    Variant(
        name="outlives-client",
        defect="The server stays when its client has gone.",
        parts=Parts(mcp_server=_LivesOn),
    ),
)
