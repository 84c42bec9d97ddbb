"""What a responder does, one step after another: each is one message to the server, or none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from seatrial.dialects import Decision
from seatrial.journal import Entry
from seatrial.jsonrpc import error_response, id_key, response
from seatrial.peer import Peer
from seatrial.responders.wording import wording_of

__all__ = [
    "ACCEPT",
    "Amend",
    "Asked",
    "Astray",
    "Decide",
    "Disconnect",
    "Error",
    "ExtraMember",
    "Hold",
    "Reshaped",
    "Spoilt",
    "Step",
    "UnknownDecision",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request of the server's, and where its answers go.

    Attributes:
        peer: Our end of the connection.
        entry: The request in the journal.
        request_id: The id that answers carry.
    """

    peer: Peer
    entry: Entry
    request_id: Any

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the request."""
        params = self.entry.raw.get("params")
        return params if isinstance(params, dict) else {}

    @property
    def astray(self) -> bool:
        """Whether the answers go to another id than the request has."""
        return id_key(self.request_id) != id_key(self.entry.raw["id"])

    def reply(self, result: Any) -> None:
        """Sends a result."""
        if self.astray:
            self.peer.send(response(self.request_id, result))
        else:
            self.peer.respond(self.entry, result)

    def refuse(self, code: int, message: str) -> None:
        """Sends an error."""
        if self.astray:
            self.peer.send(error_response(self.request_id, code, message))
        else:
            self.peer.respond_error(self.entry, code, message)


class Step(ABC):
    """One thing that a responder does about a request."""

    @abstractmethod
    def take(self, asked: Asked) -> None:
        """Does it.

        Raises:
            NoWords: There are no words for it in an answer to this kind of request.
        """


class Answer(Step):
    """A step that sends a result, made of the request."""

    @abstractmethod
    def result(self, asked: Asked) -> Any:
        """Returns the result to send."""

    def take(self, asked: Asked) -> None:
        """Sends the result."""
        asked.reply(self.result(asked))


@dataclass(frozen=True, slots=True)
class Decide(Answer):
    """Says a decision in the words of the request's dialect."""

    decision: Decision

    def result(self, asked: Asked) -> Any:
        """Returns the decision, spelled."""
        return wording_of(asked.entry).result(self.decision, asked.params)


ACCEPT = Decide(Decision.ACCEPT)
"""Accepts, once."""


@dataclass(frozen=True, slots=True)
class Amend(Answer):
    """Accepts, together with the amendment of the rules that the request offers."""

    def result(self, asked: Asked) -> Any:
        """Returns the acceptance with the amendment."""
        return wording_of(asked.entry).amendment(asked.params)


@dataclass(frozen=True, slots=True)
class Reshaped(Answer):
    """Sends something made of an acceptance that has not the shape of one.

    Attributes:
        reshape: Makes it, of the result that would accept.
    """

    reshape: Callable[[Any], Any]

    def result(self, asked: Asked) -> Any:
        """Returns what was an acceptance."""
        return self.reshape(wording_of(asked.entry).result(Decision.ACCEPT, asked.params))


@dataclass(frozen=True, slots=True)
class UnknownDecision(Answer):
    """Sends an acceptance whose deciding member has a value that no dialect knows."""

    word: str

    def result(self, asked: Asked) -> Any:
        """Returns a result of the right shape that decides nothing."""
        wording = wording_of(asked.entry)
        return {**wording.result(Decision.ACCEPT, asked.params), wording.member: self.word}


@dataclass(frozen=True, slots=True)
class Spoilt(Answer):
    """Sends an acceptance of which a value has the wrong type: the content's, or the decision's."""

    def result(self, asked: Asked) -> Any:
        """Returns an acceptance that does not fit its schema."""
        wording = wording_of(asked.entry)
        result = wording.result(Decision.ACCEPT, asked.params)
        if "content" in result:
            return {**result, "content": {name: [None] for name in result["content"]} or [None]}
        return {**result, wording.member: {"value": result[wording.member]}}


@dataclass(frozen=True, slots=True)
class ExtraMember(Answer):
    """Sends an acceptance with a member that no schema has."""

    def result(self, asked: Asked) -> Any:
        """Returns the acceptance with one more member."""
        result = wording_of(asked.entry).result(Decision.ACCEPT, asked.params)
        return {**result, "x-seatrial": {"not": ["in", "any", "schema"]}}


@dataclass(frozen=True, slots=True)
class Error(Step):
    """Answers with an error."""

    code: int = -32000
    message: str = "the client cannot ask its user"

    def take(self, asked: Asked) -> None:
        """Sends the error."""
        asked.refuse(self.code, self.message)


@dataclass(frozen=True, slots=True)
class Astray(Step):
    """Does another step, but to a request that the server never sent."""

    step: Step

    def take(self, asked: Asked) -> None:
        """Does the step under an id far above the request's."""
        known = asked.request_id
        unknown = known + 1_000_000 if isinstance(known, int) else f"{known}-never-asked"
        self.step.take(replace(asked, request_id=unknown))


@dataclass(frozen=True, slots=True)
class Hold(Step):
    """Leaves what comes after it for later: until the answer is released by hand."""

    def take(self, asked: Asked) -> None:
        """Does nothing; whoever takes the steps stops here."""


@dataclass(frozen=True, slots=True)
class Disconnect(Step):
    """Closes our end of the connection."""

    def take(self, asked: Asked) -> None:
        """Closes it."""
        asked.peer.hang_up()
