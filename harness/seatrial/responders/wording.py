"""How the answers to each kind of server request are spelled, by the request's method.

Source of the spellings: the schema that Codex 0.163.0 writes of itself, conversations recorded with
0.20.0 to 0.98.0, and ElicitResult of the Model Context Protocol 2025-06-18.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.dialects import Decision
from seatrial.dialects.app_v2_turn import DECISIONS as THREAD_DECISIONS
from seatrial.dialects.codex_events import DECISIONS as CORE_DECISIONS
from seatrial.errors import SeatrialError
from seatrial.journal import Entry
from seatrial.jsonrpc import Request
from seatrial.responders.forms import filled

__all__ = ["WORDINGS", "NoWords", "Wording", "wording_of"]

Spelt = Callable[[dict[str, Any]], Any]
"""Makes a result of the parameters of the request that it answers."""


class NoWords(SeatrialError):
    """Something that the answer to a request has no words for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words for the answers to one kind of request.

    Attributes:
        method: The request's method.
        member: The member of a result that says what was decided.
        results: What makes the result for each decision that there are words for.
        amended: What makes the result that accepts the amendment of the rules that was offered.
        marked: The member by which such a request is told from others of its method, if any.
    """

    method: str
    member: str
    results: Mapping[Decision, Spelt]
    amended: Spelt | None = None
    marked: str | None = None

    def fits(self, request: Request) -> bool:
        """Whether this is the kind of a request."""
        if request.method != self.method:
            return False
        return self.marked is None or (
            isinstance(request.params, dict) and self.marked in request.params
        )

    def result(self, decision: Decision, params: dict[str, Any]) -> Any:
        """Returns the result that says a decision.

        Args:
            decision: What is decided.
            params: The parameters of the request.

        Raises:
            NoWords: An answer to this kind of request cannot say that.
        """
        if decision not in self.results:
            raise self.lacks(f"the decision {decision.value!r}")
        return self.results[decision](params)

    def amendment(self, params: dict[str, Any]) -> Any:
        """Returns the result that accepts, together with the amendment that the request offers.

        Raises:
            NoWords: Nothing was offered, or this kind of request offers no such thing.
        """
        if self.amended is None or not params.get(AMENDMENT):
            raise self.lacks("an amendment of the rules that the request offered")
        return self.amended(params)

    def lacks(self, what: str) -> NoWords:
        """Returns the error for something that cannot be said."""
        known = ", ".join(decision.value for decision in self.results)
        return NoWords(
            f"an answer to {self.method} cannot say everything",
            expected=f"words for {what}",
            arrived=f"words for: {known}",
            cause="was a responder for another kind of request chosen, or was it not offered?",
            remedy="choose a responder that fits (docs/responders.md), or send a raw answer",
        )


AMENDMENT = "proposedExecpolicyAmendment"


def _decides(
    method: str,
    words: Mapping[Decision, str],
    *,
    amended: Spelt | None = None,
    marked: str | None = None,
) -> Wording:
    """Returns the wording of a request that is answered by one decision."""

    def says(word: str) -> Spelt:
        return lambda params: {"decision": word}

    results = {decision: says(word) for decision, word in words.items()}
    return Wording(
        method=method, member="decision", results=results, amended=amended, marked=marked
    )


def _elicits(method: str) -> Wording:
    """Returns the wording of a request that is answered as the Model Context Protocol has it."""
    return Wording(
        method=method,
        member="action",
        results={
            Decision.ACCEPT: lambda params: {"action": "accept", "content": filled(params)},
            Decision.DECLINE: lambda params: {"action": "decline"},
            Decision.CANCEL: lambda params: {"action": "cancel"},
        },
    )


def _with_amendment(params: dict[str, Any]) -> Any:
    rule = {"execpolicy_amendment": params[AMENDMENT]}
    return {"decision": {"acceptWithExecpolicyAmendment": rule}}


def _granted(scope: str) -> Spelt:
    return lambda params: {"permissions": params.get("permissions", {}), "scope": scope}


def _answered(params: dict[str, Any]) -> Any:
    """Answers each question by its first option, or by a word where it has none."""
    answers = {}
    for question in params.get("questions", ()):
        options = question.get("options") or [{"label": "yes"}]
        answers[question["id"]] = {"answers": [options[0]["label"]]}
    return {"answers": answers}


WORDINGS = (
    _decides("item/commandExecution/requestApproval", THREAD_DECISIONS, amended=_with_amendment),
    _decides("item/fileChange/requestApproval", THREAD_DECISIONS),
    _decides("execCommandApproval", CORE_DECISIONS),
    _decides("applyPatchApproval", CORE_DECISIONS),
    _decides("elicitation/create", CORE_DECISIONS, marked="codex_elicitation"),
    _elicits("elicitation/create"),
    _elicits("mcpServer/elicitation/request"),
    Wording(
        method="item/permissions/requestApproval",
        member="permissions",
        results={
            Decision.ACCEPT: _granted("turn"),
            Decision.ACCEPT_FOR_SESSION: _granted("session"),
            Decision.DECLINE: lambda params: {"permissions": {}},
        },
    ),
    Wording(
        method="item/tool/requestUserInput",
        member="answers",
        results={
            Decision.ACCEPT: _answered,
            Decision.DECLINE: lambda params: {"answers": {}},
        },
    ),
)
"""The kinds of requests; of two that a request fits, the first counts."""


def wording_of(entry: Entry) -> Wording:
    """Returns the wording of the answers to a request of the server's.

    Raises:
        NoWords: It is no request, or of a kind that no responder knows.
    """
    message = entry.message
    if isinstance(message, Request):
        for wording in WORDINGS:
            if wording.fits(message):
                return wording
    raise NoWords(
        "no responder knows how to answer this",
        expected=f"one of these requests: {', '.join(wording.method for wording in WORDINGS)}",
        arrived=f"{entry.raw!r:.200}",
        cause="is it a request of a newer release, or no request at all?",
        remedy="answer it by hand: peer.respond(entry, result) or peer.respond_error(...)",
    )
