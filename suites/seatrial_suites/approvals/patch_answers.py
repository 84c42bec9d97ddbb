"""Approvals of file changes: what each answer does."""

from __future__ import annotations

from collections.abc import Mapping

from seatrial.conformance import Level, Trial, check
from seatrial.dialects import Decision, EventKind, Policy, Sandbox
from seatrial_suites.approvals.diffs import Misfit, outcome
from seatrial_suites.approvals.patch_cases import (
    CASES,
    FORBIDDEN,
    MIXED,
    OTHER,
    SAME,
    UPDATE,
)
from seatrial_suites.approvals.patch_scenes import Patches, Played, same
from seatrial_suites.approvals.scenes import (
    REFUSAL,
    asking,
    interrupted,
    of_the_session,
    play,
    told,
)

__all__ = ["accept", "beyond_sandbox", "cancel", "decline", "for_session"]


@check("approvals.patch.accept")
async def accept(trial: Trial) -> None:
    """Accepted: the files are as the request showed, and as the model wished."""
    async with trial.agent() as agent:
        conversation = await agent.start(
            cwd=trial.workspace, policy=Policy.UNTRUSTED, sandbox=Sandbox.WORKSPACE_WRITE
        )
        patches = Patches(trial, conversation)
        played = [await patches.play(case, Decision.ACCEPT) for case in CASES]
        await agent.fence()
        same(
            trial,
            "the files after each change that was accepted",
            expected={one.case.name: _as_shown(one) for one in played},
            arrived={one.case.name: one.after for one in played},
            cause="is the change that is made another one than the change that is shown?",
        )
        same(
            trial,
            "the lines of the files after each change",
            expected={one.case.name: _plain(one.case.after) for one in played},
            arrived={one.case.name: _plain(one.left) for one in played},
            cause="is the change another one than the model wished for?",
        )
        same(
            trial,
            "the files in every byte, with the ends of the lines that were not to change",
            expected={one.case.name: dict(one.case.after) for one in played},
            arrived={one.case.name: one.left for one in played},
            cause="are the ends of lines, or is the missing end of the last one, made uniform?",
            level=Level.SHOULD,
        )
        same(
            trial,
            "how each turn ended",
            expected={one.case.name: "completed" for one in played},
            arrived={one.case.name: one.outcome.end.status for one in played},
            cause="does a turn not go on after its change was accepted?",
        )
        same(
            trial,
            "the status of each change",
            expected={one.case.name: ["completed"] for one in played},
            arrived={one.case.name: one.statuses for one in played},
            cause="is the client told something else than what happened?",
        )


def _as_shown(played: Played) -> Mapping[str, bytes] | str:
    """Returns the files as the request shows that they will be, or why it cannot be applied."""
    try:
        return outcome(played.before, played.shown)
    except Misfit as error:
        return f"what was shown does not fit: {error}"


def _plain(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Returns the lines of the files, however they end."""
    return {path: content.decode().splitlines() for path, content in files.items()}


@check("approvals.patch.beyond-sandbox")
async def beyond_sandbox(trial: Trial) -> None:
    """Accepted: it is made, though the sandbox alone allows no writing at all."""
    async with trial.agent() as agent:
        conversation = await agent.start(
            cwd=trial.workspace, policy=Policy.UNTRUSTED, sandbox=Sandbox.READ_ONLY
        )
        patches = Patches(trial, conversation)
        played = [await patches.play(case, Decision.ACCEPT) for case in FORBIDDEN]
        await agent.fence()
        same(
            trial,
            "the lines of the files after each change that the sandbox does not allow",
            expected={one.case.name: _plain(one.case.after) for one in played},
            arrived={one.case.name: _plain(one.left) for one in played},
            cause="does the sandbox still hold back a change that the user accepted?",
        )


@check("approvals.patch.decline")
async def decline(trial: Trial) -> None:
    """Declined: every file stays as it was, the model is told so, and the turn goes on."""
    async with trial.agent() as agent:
        patches = Patches(trial, await asking(agent, trial))
        played = await patches.play(MIXED, Decision.DECLINE)
        await agent.fence()
        _untouched(trial, "declined", played)
        requests = trial.provider.requests
        if trial.saw.equal(
            "how often the model was asked",
            expected=2,
            arrived=len(requests),
            cause="did the turn end without telling the model?",
        ):
            trial.saw.that(
                "what the model was told of the change",
                bool(REFUSAL.search(told(requests[1]))),
                expected="that it was not allowed",
                arrived=told(requests[1]),
                cause="can the model tell a refusal from a change that was made?",
            )
        trial.saw.equal(
            "how the turn ended", expected="completed", arrived=played.outcome.end.status
        )
        reported = EventKind.COMMAND_COMPLETED in agent.declined_steps
        trial.saw.equal(
            "the status of the change",
            expected=["declined"] if reported else [],
            arrived=played.statuses,
            cause="is the client told something else than what happened?",
        )


def _untouched(trial: Trial, answer: str, played: Played) -> None:
    same(
        trial,
        f"the files after the change was {answer}",
        expected=played.before,
        arrived=played.after,
        cause="was it made before the answer, or in spite of it?",
    )


@check("approvals.patch.cancel")
async def cancel(trial: Trial) -> None:
    """Cancelled: every file stays as it was, and the turn is interrupted there and then."""
    async with trial.agent() as agent:
        patches = Patches(trial, await asking(agent, trial))
        played = await patches.play(MIXED, Decision.CANCEL, goes_on=False)
        await agent.fence()
        _untouched(trial, "cancelled", played)
        interrupted(trial, played.outcome, thing="change")


@check("approvals.patch.for-session")
async def for_session(trial: Trial) -> None:
    """Accepted for the session: these files are not asked for again, there; all others are."""
    async with trial.agent() as agent:
        here = Patches(trial, await asking(agent, trial))
        there = Patches(trial, await asking(agent, trial))
        await here.play(UPDATE, Decision.ACCEPT_FOR_SESSION)
        again = await play(await here.send(SAME), Decision.ACCEPT)
        after = here.files()
        other = await play(await here.send(OTHER), Decision.ACCEPT)
        elsewhere = await play(await there.send(UPDATE), Decision.ACCEPT)
        await agent.fence()
        of_the_session(trial, thing="file", again=again, other=other, elsewhere=elsewhere)
        same(
            trial,
            "the granted file after it was changed again",
            expected=SAME.after,
            arrived=after,
            cause="was a granted change not made?",
        )
