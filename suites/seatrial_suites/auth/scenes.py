"""What the auth checks have in common: secrets, stored sign-ins, and a turn that shows a bearer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from seatrial.conformance import Trial
from seatrial.dialects import Agent, Conversation, Method, Policy, Sandbox, SigningIn, TurnEnd
from seatrial_provider import RecordedRequest, reply, say
from seatrial_provider.signin import Account, SignIn, Tokens

__all__ = [
    "KEY",
    "asked_by",
    "bearer",
    "conversation",
    "credentials",
    "damaged",
    "keep_secret",
    "method",
    "signing_in",
    "store",
    "succeeds",
]

KEY = "sk-seatrial-4f1d0c52a7b9e8"
"""An API key that is easily found wherever it leaks."""


def keep_secret(trial: Trial, *values: str) -> None:
    """Has secrets taken out of whatever the run leaves behind."""
    trial.secrets.update(values)


@asynccontextmanager
async def signing_in(trial: Trial, account: Account | None = None) -> AsyncIterator[SignIn]:
    """Runs a sign-in service for the length of a block; all that it hands out is kept secret."""
    async with SignIn(account) as service:
        try:
            yield service
        finally:
            keep_secret(trial, *service.secrets)


def credentials(trial: Trial) -> Path:
    """Returns the file that a server keeps its sign-in in."""
    return trial.home.home / trial.server.profile.credentials


def store(trial: Trial, tokens: Tokens) -> None:
    """Puts a ChatGPT sign-in into the home, as Codex 0.42.0 to 0.163.0 write it."""
    keep_secret(trial, tokens.id_token, tokens.access_token, tokens.refresh_token)
    table = {
        "OPENAI_API_KEY": None,
        "tokens": {
            "id_token": tokens.id_token,
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "account_id": tokens.account.account_id,
        },
        "last_refresh": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }
    file = credentials(trial)
    file.write_text(json.dumps(table), "utf-8")
    file.chmod(0o600)


def damaged(token: str) -> str:
    """Returns a token whose claims cannot be read."""
    head, _, tail = token.split(".")
    return f"{head}.bm8ganNvbg.{tail}"


async def conversation(agent: Agent, trial: Trial) -> Conversation:
    """Starts a conversation in which nothing is asked for."""
    return await agent.start(cwd=trial.workspace, policy=Policy.NEVER, sandbox=Sandbox.READ_ONLY)


async def asked_by(trial: Trial, talk: Conversation) -> tuple[RecordedRequest, TurnEnd]:
    """Plays a turn in which the model says one word; returns its request, and how it ended."""
    trial.model(reply(say("done")))
    before = len(trial.provider.requests)
    end = await (await talk.send("hello")).end()
    requests = trial.provider.requests[before:]
    if not requests:
        raise trial.untestable(
            "the model was never asked",
            expected="a request, to look at its headers",
            arrived=f"the end of the turn: {end.status} {end.error or ''}".rstrip(),
            cause="does the server refuse to ask without a sign-in?",
        )
    return requests[-1], end


def bearer(request: RecordedRequest) -> str | None:
    """Returns the bearer of a request; None where it carries none."""
    header = request.header("authorization")
    return header.removeprefix("Bearer ") if header else None


async def method(agent: Agent) -> Method:
    """Returns how somebody is signed in right now."""
    return (await agent.account.status()).method


async def succeeds(
    trial: Trial, agent: Agent, begun: SigningIn, *, which: str = "the sign-in", cause: str
) -> bool:
    """Sees that a sign-in succeeds, and that the client is told; returns whether it succeeded."""
    done = trial.saw.equal(
        f"whether {which} is said to have succeeded",
        expected=True,
        arrived=await agent.account.finished(begun),
        cause=cause,
    )
    if done:
        trial.saw.equal(
            "the state that the client is notified of",
            expected=Method.CHATGPT,
            arrived=await agent.account.changed(),
            cause="does a client that did not ask for it itself ever learn of it?",
        )
    return done
