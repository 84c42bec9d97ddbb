"""Archiving: the rollout moves, a mistake is refused, a running one is shut down, and back."""

from __future__ import annotations

from pathlib import Path

from seatrial.conformance import Trial, check
from seatrial.dialects import Opened, Saved
from seatrial.peer import Refused
from seatrial.rollouts import archived, sessions
from seatrial_provider import Gate, reply, say
from seatrial_suites.resume.scenes import SAID, fixture, refusal, start

__all__ = ["archive", "archive_mismatched", "archive_running", "unarchive"]


def _places(trial: Trial) -> tuple[list[str], list[str]]:
    """Returns the names of the rollouts that are at their place, and of those in the archive."""
    home = trial.home.home
    return [path.name for path in sessions(home)], [path.name for path in archived(home)]


@check("resume.archive")
async def archive(trial: Trial) -> None:
    """Its rollout moves to the archive as it is, and it leaves the list."""
    gone, kept = fixture(trial, "goes"), fixture(trial, "stays", age=1)
    before = Path(gone.path).read_bytes()
    async with trial.agent() as agent:
        await agent.history.archive(gone)
        page = await agent.history.list(limit=10)
    trial.saw.equal(
        "the rollouts at their place, and in the archive",
        expected=([Path(kept.path).name], [Path(gone.path).name]),
        arrived=_places(trial),
        cause="was another file moved, or none?",
    )
    moved = archived(trial.home.home)
    trial.saw.that(
        "what the archived rollout holds",
        bool(moved) and moved[0].read_bytes().startswith(before),
        expected="what it held before",
        arrived=f"{[path.stat().st_size for path in moved]} bytes, {len(before)} before",
        cause="was it written anew, and something lost?",
    )
    trial.saw.equal(
        "the conversations in the list",
        expected=[kept.id],
        arrived=[row.id for row in page.saved],
        cause="is an archived conversation still listed?",
    )


@check("resume.archive-mismatched")
async def archive_mismatched(trial: Trial) -> None:
    """An id with the path of another conversation is refused, and nothing moves."""
    one, other = fixture(trial, "one", age=1), fixture(trial, "other")
    names = [Path(saved.path).name for saved in (one, other)]
    async with trial.agent() as agent:
        try:
            await agent.history.archive(Saved(id=one.id, path=other.path))
            answer = "archived"
        except Refused as error:
            answer = error.reply.message
    trial.saw.that(
        "the answer",
        one.id in answer or names[1] in answer,
        expected="an error that names the id or the path",
        arrived=answer,
        cause="is the id not compared with the one in the rollout?",
    )
    trial.saw.equal(
        "the rollouts at their place, and in the archive",
        expected=(names, []),
        arrived=_places(trial),
        cause="was a file moved though the request was wrong?",
    )


@check("resume.archive-running")
async def archive_running(trial: Trial) -> None:
    """A conversation in the middle of a turn is shut down, and then moved for good."""
    gate = Gate("in the middle of the answer")
    trial.model(reply(say("never heard of"), gates={"response.completed": gate}))
    async with trial.agent() as agent:
        conversation = await start(agent, trial)
        path = str(conversation.settings.get("path") or "")
        await conversation.send("go")
        await gate.reached()
        await agent.history.archive(Saved(id=conversation.id, path=path))
        gate.release()
        await agent.fence()
        page = await agent.history.list(limit=10)
        await agent.fence()
    trial.saw.equal(
        "the rollouts at their place, and in the archive",
        expected=([], [Path(path).name]),
        arrived=_places(trial),
        cause="does the turn go on, and write its rollout again?",
    )
    trial.saw.equal(
        "the conversations in the list",
        expected=[],
        arrived=[row.id for row in page.saved],
        cause="is a conversation listed as long as it runs, archived or not?",
    )


@check("resume.unarchive")
async def unarchive(trial: Trial) -> None:
    """It is back at its place and in the list, and can be resumed."""
    back = fixture(trial, "comes back", archived=True)
    async with trial.agent() as agent:
        await agent.history.unarchive(back)
        page = await agent.history.list(limit=10)
        opened = await refusal(agent.history.resume(back))
    trial.saw.equal(
        "the rollouts at their place, and in the archive",
        expected=([Path(back.path).name], []),
        arrived=_places(trial),
        cause="was the file left where it was?",
    )
    trial.saw.equal(
        "the conversations in the list",
        expected=[back.id],
        arrived=[row.id for row in page.saved],
    )
    trial.saw.equal(
        "what the client is told when it resumes it",
        expected=SAID,
        arrived=opened.said if isinstance(opened, Opened) else opened,
        cause="is it refused as archived still?",
    )
