"""What a client answers to a request of the server: rightly, wrongly, late, or not at all."""

from seatrial.responders.registry import RESPONDERS, of_kind
from seatrial.responders.responder import Answered, Effect, Responder
from seatrial.responders.rules import Rule, answering, anything, asks, mentions
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
    Step,
    UnknownDecision,
)
from seatrial.responders.wording import WORDINGS, NoWords, Wording, wording_of

__all__ = [
    "ACCEPT",
    "RESPONDERS",
    "WORDINGS",
    "Amend",
    "Answered",
    "Astray",
    "Decide",
    "Disconnect",
    "Effect",
    "Error",
    "ExtraMember",
    "Hold",
    "NoWords",
    "Reshaped",
    "Responder",
    "Rule",
    "Spoilt",
    "Step",
    "UnknownDecision",
    "Wording",
    "answering",
    "anything",
    "asks",
    "mentions",
    "of_kind",
    "wording_of",
]
