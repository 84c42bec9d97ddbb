"""A client that owns the tokens of its sign-in, as the checks play it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from seatrial.conformance import Trial
from seatrial.dialects import Agent, ClientTokens, Conversation, TurnEnd
from seatrial.responders import Answered, Effect, Responder, Rule, Step, answering, asks
from seatrial.responders.steps import Asked
from seatrial_provider.signin import SignIn, Tokens
from seatrial_suites.auth.scenes import conversation

__all__ = [
    "BOUND",
    "SHORT",
    "AsTold",
    "Gives",
    "as_client",
    "client",
    "configure",
    "failed",
    "signed_in",
    "stale_turn",
]

AMPLE = "20000"
"""Milliseconds that a client has where it answers at once; Codex has ten seconds for all."""

SHORT = "100"
"""Milliseconds where it does not answer."""

BOUND = 60.0
"""Seconds for a turn whose client does not answer: Codex 0.163.0 waits two times ten."""


@dataclass(frozen=True, slots=True)
class Gives(Step):
    """Answers with a result."""

    result: Any

    def take(self, asked: Asked) -> None:
        """Sends it."""
        asked.reply(self.result)


@dataclass(slots=True)
class AsTold(Step):
    """Does what it was told last."""

    step: Step

    def take(self, asked: Asked) -> None:
        """Does it."""
        self.step.take(asked)


def as_client(tokens: Tokens) -> ClientTokens:
    """Returns tokens of the service as a client has them."""
    return ClientTokens(
        access_token=tokens.access_token,
        id_token=tokens.id_token,
        workspace=tokens.account.account_id,
        plan=tokens.account.plan,
    )


async def signed_in(trial: Trial, agent: Agent, service: SignIn) -> Conversation:
    """Signs in with tokens that go stale with the first request to the model.

    Returns:
        A conversation.
    """
    tokens = service.tokens()
    service.guard(trial.provider, stale=tokens)
    await agent.account.owner.sign_in(as_client(tokens))
    return await conversation(agent, trial)


@contextmanager
def client(agent: Agent, *steps: Step) -> Iterator[list[Answered]]:
    """Answers each request for new tokens with some steps."""
    how = Responder(
        name="the owner of the tokens",
        kind="tokens",
        does="Answers a request for new tokens.",
        steps=steps,
        effect=Effect.CONSENT,
    )
    rule = Rule(when=asks(agent.account.owner.ask), then=how)
    with answering(agent.peer, rule) as answered:
        yield answered


def configure(trial: Trial, service: SignIn, *, patience: str = AMPLE) -> None:
    """Has the client own the tokens, and so many milliseconds for an answer where that is set."""
    trial.configure("auth")
    trial.configure("auth.external-tokens", patience=patience)
    trial.configure("auth.refresh", issuer=service.url, backend=service.backend_url)


async def stale_turn(trial: Trial, talk: Conversation, answered: list[Answered]) -> TurnEnd:
    """Plays a turn whose bearer is stale; returns how it ended."""
    before = len(answered)
    end = await (await talk.send("hello")).end(timeout=BOUND)
    if len(answered) == before:
        raise trial.untestable(
            "the client was not asked for new tokens",
            expected="a request of the server's for them",
            arrived=f"the end of the turn: {end.status} {end.error or ''}".rstrip(),
            cause="does auth.external-tokens fail as well?",
        )
    return end


def failed(trial: Trial, end: TurnEnd, answer: str) -> None:
    """Sees that a turn failed with an error, for want of tokens in the client's answer."""
    trial.saw.equal(
        f"how the turn ended whose client gave {answer}",
        expected="failed",
        arrived=end.status,
        cause="does the turn go on without a bearer that is good?",
    )
    trial.saw.that(
        f"the error of the turn whose client gave {answer}",
        bool(end.error),
        expected="a sentence",
        arrived=repr(end.error),
        cause="is the user left without a word?",
    )
