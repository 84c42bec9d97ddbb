"""The responders by name: data, of which checks and matrices of checks are made."""

from __future__ import annotations

from seatrial.dialects import Decision
from seatrial.responders.responder import Effect, Responder
from seatrial.responders.steps import (
    ACCEPT,
    Amend,
    Astray,
    Decide,
    Disconnect,
    Error,
    ExtraMember,
    Hold,
    Reshaped,
    Spoilt,
    UnknownDecision,
)

__all__ = ["RESPONDERS", "of_kind"]

_DECLINE = Decide(Decision.DECLINE)

RESPONDERS: dict[str, Responder] = {
    responder.name: responder
    for responder in (
        Responder(
            name="accept",
            kind="decision",
            does="Accepts.",
            steps=(ACCEPT,),
            effect=Effect.CONSENT,
        ),
        Responder(
            name="accept-for-session",
            kind="decision",
            does="Accepts, and does not want to be asked again in this conversation.",
            steps=(Decide(Decision.ACCEPT_FOR_SESSION),),
            effect=Effect.CONSENT,
        ),
        Responder(
            name="amend",
            kind="decision",
            does="Accepts, together with the amendment of the rules that the request offers.",
            steps=(Amend(),),
            effect=Effect.CONSENT,
        ),
        Responder(
            name="decline",
            kind="decision",
            does="Declines.",
            steps=(_DECLINE,),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="cancel",
            kind="decision",
            does="Cancels.",
            steps=(Decide(Decision.CANCEL),),
            effect=Effect.STOP,
        ),
        Responder(
            name="extra-member",
            kind="extra",
            does="Accepts, with a member that no schema has.",
            steps=(ExtraMember(),),
            effect=Effect.CONSENT,
        ),
        Responder(
            name="error",
            kind="error",
            does="Answers with an error.",
            steps=(Error(),),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="method-not-found",
            kind="error",
            does="Answers with the error of a client that does not know the request (-32601).",
            steps=(Error(-32601, "Method not found"),),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="result-null",
            kind="wrong shape",
            does="Answers with the result null.",
            steps=(Reshaped(lambda accepted: None),),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="result-empty",
            kind="wrong shape",
            does="Answers with an object without members.",
            steps=(Reshaped(lambda accepted: {}),),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="result-true",
            kind="wrong shape",
            does="Answers with the result true.",
            steps=(Reshaped(lambda accepted: True),),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="result-in-list",
            kind="wrong shape",
            does="Answers with a list that holds what would accept.",
            steps=(Reshaped(lambda accepted: [accepted]),),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="result-bare",
            kind="wrong shape",
            does="Answers with the values that would accept, outside of their object.",
            steps=(Reshaped(lambda accepted: next(iter(accepted.values()))),),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="result-spoilt",
            kind="wrong shape",
            does="Accepts, but with a value of the wrong type: the content's, or the decision's.",
            steps=(Spoilt(),),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="decision-unknown",
            kind="unknown decision",
            does="Answers with a decision that no dialect knows.",
            steps=(UnknownDecision("perhaps"),),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="decision-capitals",
            kind="unknown decision",
            does="Answers with a decision in capital letters.",
            steps=(UnknownDecision("ACCEPT"),),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="decision-empty",
            kind="unknown decision",
            does="Answers with a decision without a letter.",
            steps=(UnknownDecision(""),),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="never",
            kind="never",
            does="Does not answer.",
            steps=(),
            effect=Effect.PENDING,
        ),
        Responder(
            name="late",
            kind="late",
            does="Accepts when it is released, and not before.",
            steps=(Hold(), ACCEPT),
            effect=Effect.PENDING,
        ),
        Responder(
            name="accept-twice",
            kind="twice",
            does="Accepts, and accepts once more.",
            steps=(ACCEPT, ACCEPT),
            effect=Effect.CONSENT,
        ),
        Responder(
            name="decline-then-accept",
            kind="twice",
            does="Declines, and accepts at once after it.",
            steps=(_DECLINE, ACCEPT),
            effect=Effect.REFUSAL,
        ),
        Responder(
            name="unknown-id",
            kind="unknown id",
            does="Accepts a request that the server never sent.",
            steps=(Astray(ACCEPT),),
            effect=Effect.PENDING,
        ),
        Responder(
            name="disconnect",
            kind="disconnect",
            does="Closes our end of the connection.",
            steps=(Disconnect(),),
            effect=Effect.GONE,
        ),
    )
}
"""Each by its name."""


def of_kind(kind: str) -> list[Responder]:
    """Returns the responders of one kind, in the order of the registry."""
    return [responder for responder in RESPONDERS.values() if responder.kind == kind]
