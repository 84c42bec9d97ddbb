"""A responder: what a client does about one request of the server's, and what that amounts to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from seatrial.journal import Entry
from seatrial.peer import Peer
from seatrial.responders.steps import Asked, Hold, Step

__all__ = ["Answered", "Effect", "Responder"]


class Effect(StrEnum):
    """What the server has to make of what a responder does."""

    CONSENT = "what was asked for is done, once"
    REFUSAL = "it is not done, and the turn goes on to its end"
    STOP = "it is not done, and the turn is interrupted"
    PENDING = "it is not done, and the request stays pending"
    GONE = "it is not done, and the server exits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """One way to deal with a request of the server's.

    Attributes:
        name: Its name in the registry.
        kind: The sort of answer that it is, one word for several responders.
        does: What it does, in one sentence.
        steps: The same for a machine.
        effect: What the server has to make of it.
    """

    name: str
    kind: str
    does: str
    steps: tuple[Step, ...]
    effect: Effect

    def answer(self, peer: Peer, entry: Entry) -> Answered:
        """Does what it does about a request, up to the first `Hold`.

        Args:
            peer: Our end of the connection.
            entry: The request in the journal (`approval.entry`).

        Raises:
            NoWords: It cannot be said in an answer to this kind of request.
        """
        asked = Asked(peer=peer, entry=entry, request_id=entry.raw["id"])
        answered = Answered(asked, self.steps)
        answered.go_on()
        return answered


class Answered:
    """What a responder has done about a request so far.

    Attributes:
        entry: The request.
    """

    def __init__(self, asked: Asked, steps: Sequence[Step]) -> None:
        self.entry = asked.entry
        self._asked = asked
        self._steps = list(steps)

    @property
    def held(self) -> bool:
        """Whether something is held back for later."""
        return bool(self._steps)

    def go_on(self) -> None:
        """Does what comes next, up to a `Hold`; nothing where all is done."""
        while self._steps:
            step = self._steps.pop(0)
            if isinstance(step, Hold):
                return
            step.take(self._asked)
