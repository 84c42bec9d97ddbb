"""What the resume checks have in common: a conversation to resume, and what is compared of it."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from seatrial.conformance import Stop, Trial, Untestable
from seatrial.dialects import Agent, Conversation, Opened, Policy, Said, Sandbox, Saved
from seatrial.peer import Refused
from seatrial.rollouts import Exchange, Generation, Ran, SavedConversation, generations, save
from seatrial_provider import RecordedRequest, reply, run_command, say

__all__ = [
    "EXCHANGES",
    "FIRST",
    "SAID",
    "Talk",
    "calls_and_outputs",
    "claimed",
    "fixture",
    "generation",
    "heard",
    "plain",
    "refusal",
    "sent",
    "start",
    "talk",
]

FIRST = "the first message"
"""What a conversation begins with, and so its preview."""

EXCHANGES = (
    Exchange(
        user=FIRST,
        agent="the first answer",
        ran=(Ran(command="echo out of the first turn", output="out of the first turn\n"),),
    ),
    Exchange(user="the second message", agent="the second answer"),
)
"""The conversation that most checks resume."""

SAID = [
    Said(role, text)
    for turn in EXCHANGES
    for role, text in (("user", turn.user), ("agent", turn.agent))
]
"""What was said in it."""

PROJECT = "Instructions of the project, which nobody said."
_CONTEXT = ("<", "# AGENTS.md")
"""How the messages begin that a server adds by itself in the user's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation that was had with the server before it was ended.

    Attributes:
        saved: Its id and its rollout.
        settings: What the server reported when it started.
        last: The last request to the model.
        rollout: The bytes of its rollout.
    """

    saved: Saved
    settings: dict[str, Any]
    last: RecordedRequest
    rollout: bytes


async def start(agent: Agent, trial: Trial, sandbox: Sandbox = Sandbox.READ_ONLY) -> Conversation:
    """Starts a conversation in which nothing is asked."""
    return await agent.start(cwd=trial.workspace, policy=Policy.NEVER, sandbox=sandbox)


async def talk(trial: Trial) -> Talk:
    """Has the conversation of `EXCHANGES`, then ends the server by the end of stdin.

    Raises:
        Untestable: A turn did not complete.
    """
    (trial.workspace / "AGENTS.md").write_text(PROJECT)
    for turn in EXCHANGES:
        trial.model(*(reply(run_command(ran.command)) for ran in turn.ran), reply(say(turn.agent)))
    async with trial.agent() as agent:
        conversation = await start(agent, trial)
        for turn in EXCHANGES:
            end = await (await conversation.send(turn.user)).end()
            if end.status != "completed":
                raise trial.untestable(
                    "the conversation to be resumed did not come about",
                    expected="two turns that complete",
                    arrived=f"a turn that ended {end.status} ({end.error})",
                    cause="does a plain turn work on this server?",
                )
        await agent.fence()
        saved = Saved(id=conversation.id, path=str(conversation.settings.get("path") or ""))
        await trial.stop(Stop.EOF)
    if not Path(saved.path).is_file():
        raise trial.untestable(
            "there is no rollout to be resumed",
            expected=f"a file {Path(saved.path).name}",
            arrived="no such file",
            cause="does resume.durable fail as well?",
        )
    return Talk(
        saved=saved,
        settings=dict(conversation.settings),
        last=trial.provider.requests[-1],
        rollout=Path(saved.path).read_bytes(),
    )


def generation(trial: Trial) -> Generation:
    """Returns the shape in which the server writes rollouts: the newest that it claims.

    Raises:
        Untestable: It claims none.
    """
    shapes = list(claimed(trial).values())
    if not shapes:
        raise Untestable(
            "no saved conversation can be written for this server",
            expected=f"a profile that claims one of {', '.join(map(_claim, generations()))}",
            arrived=f"the profile {trial.server.profile.name}, which claims none of them",
            cause="in which shape does the server keep its conversations?",
            remedy="claim the shapes that it reads, or do not claim conversation.saved and "
            "conversation.resume",
        )
    return shapes[-1]


def claimed(trial: Trial) -> dict[str, Generation]:
    """Returns the shapes that the server claims to read, oldest first."""
    return {name: one for name, one in generations().items() if trial.claims(_claim(name))}


def _claim(name: str) -> str:
    """Returns the claim that a server reads the shape of this name."""
    return f"rollout.{name}"


def fixture(
    trial: Trial,
    name: str,
    *,
    exchanges: tuple[Exchange, ...] = EXCHANGES,
    shape: Generation | None = None,
    age: int = 0,
    archived: bool = False,
) -> Saved:
    """Writes a saved conversation into the home.

    Args:
        trial: The trial whose home it is.
        name: Tells it from others.
        exchanges: Its turns.
        shape: The shape of its rollout; the server's own without it.
        age: How many minutes it is older than one of age 0.
        archived: Whether it lies among the archived ones.
    """
    saved = SavedConversation(
        name=name,
        cwd=trial.workspace,
        exchanges=exchanges,
        created=datetime(2025, 6, 1, 12, tzinfo=UTC) - timedelta(minutes=age),
    )
    path = save(trial.home.home, saved, shape or generation(trial), archived=archived)
    return Saved(id=saved.id, path=str(path), preview=exchanges[0].user if exchanges else "")


async def refusal(asked: Coroutine[Any, Any, Opened]) -> str | Opened:
    """Returns the message with which something was refused, or what was opened instead."""
    try:
        return await asked
    except Refused as error:
        return error.reply.message


def sent(trial: Trial) -> list[tuple[Any, ...]]:
    """Returns the input of the last request to the model, as `plain` has it; nothing without."""
    requests = trial.provider.requests
    return plain(requests[-1]) if requests else []


def plain(request: RecordedRequest) -> list[tuple[Any, ...]]:
    """Returns the input of a request as what the model reads of it, without ids and metadata."""
    return [_plain(item) for item in request.input]


def _plain(item: dict[str, Any]) -> tuple[Any, ...]:
    kind = item.get("type", "message")
    if kind == "message":
        content = item.get("content") or ()
        texts = [content] if isinstance(content, str) else [str(p.get("text")) for p in content]
        return (kind, item.get("role"), "".join(texts))
    return (kind, *(str(item.get(name)) for name in ("call_id", "name", "arguments", "output")))


def heard(items: list[tuple[Any, ...]]) -> list[Said]:
    """Returns what was said among items of `plain`: no instructions and no surroundings."""
    roles = {"user": "user", "assistant": "agent"}
    return [
        Said(roles[item[1]], item[2])
        for item in items
        if item[0] == "message" and item[1] in roles and not item[2].startswith(_CONTEXT)
    ]


def calls_and_outputs(items: list[tuple[Any, ...]]) -> tuple[list[str], list[str]]:
    """Returns the ids of the calls and those of the outputs among items of `plain`."""
    calls = [item[1] for item in items if item[0].endswith("_call")]
    return calls, [item[1] for item in items if item[0].endswith("_output")]
