"""Approvals of file changes: the asking itself: when, how often, with what, in which order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from seatrial.conformance import Level, Trial, Untestable, check
from seatrial.dialects import (
    Agent,
    Decision,
    Event,
    EventKind,
    FileChange,
    Policy,
    Sandbox,
    Turn,
)
from seatrial_provider import add_file, update_file
from seatrial_suites.approvals.patch_cases import OTHER, UPDATE, PatchCase
from seatrial_suites.approvals.patch_scenes import Patches, same
from seatrial_suites.approvals.scenes import ON_REQUEST, asking, play, told

__all__ = ["asks", "auto", "conflict", "order", "outside"]

SEVERAL = PatchCase(
    name="several",
    before={**UPDATE.before, "from.txt": b"alpha\n"},
    wished=(
        *UPDATE.wished,
        add_file("added.txt", "one\n"),
        update_file("from.txt", "@@\n-alpha\n+ALPHA\n", move_to="to.txt"),
    ),
)
SHOWN = [
    ("added.txt", "add", None),
    ("file.txt", "update", None),
    ("from.txt", "update", "to.txt"),
]


@check("approvals.patch.asks")
async def asks(trial: Trial) -> None:
    """Under a policy that asks: one request that shows the change; nothing touched until then."""
    async with trial.agent() as agent:
        patches = Patches(trial, await asking(agent, trial))
        turn = await patches.send(SEVERAL)
        approval = await turn.approval()
        await agent.fence()
        same(
            trial,
            "the files while the approval was pending",
            expected=SEVERAL.before,
            arrived=patches.files(),
            cause="does the server change the files and ask afterwards, or at the same time?",
        )
        trial.saw.equal(
            "what the request shows",
            expected=SHOWN,
            arrived=_what(patches.shown(approval)),
            cause="is the user asked to accept a change that is not shown whole?",
        )
        turn.answer(approval, Decision.ACCEPT)
        outcome = await play(turn, Decision.ACCEPT)
        await agent.fence()
        trial.saw.equal(
            "requests for this one change",
            expected=1,
            arrived=1 + len(outcome.asked),
            cause="is the same change asked for twice, or once for each file?",
        )


def _what(changes: Iterable[FileChange]) -> list[tuple[str, str, str | None]]:
    """Returns what happens to which file and where it goes, in the order of the paths."""
    return sorted((change.path, change.kind, change.move_to) for change in changes)


@check("approvals.patch.auto")
async def auto(trial: Trial) -> None:
    """A change that the policy allows raises no request, and is reported in order."""
    policy = Policy.ON_REQUEST if trial.claims(ON_REQUEST) else Policy.NEVER
    async with trial.agent() as agent:
        conversation = await agent.start(
            cwd=trial.workspace, policy=policy, sandbox=Sandbox.WORKSPACE_WRITE
        )
        patches = Patches(trial, conversation)
        turn = await patches.send(UPDATE)
        outcome = await play(turn, Decision.DECLINE)
        await agent.fence()
        trial.saw.equal(
            "requests for a change in the workspace",
            expected=0,
            arrived=len(outcome.asked),
            cause="is the user asked though the policy and the sandbox allow it?",
        )
        same(
            trial,
            "the files after it",
            expected=UPDATE.after,
            arrived=patches.files(),
            cause="is a change that was not asked for not made?",
        )
        trial.saw.equal(
            "the steps that were reported of it",
            expected=[EventKind.FILES_STARTED.value, EventKind.FILES_COMPLETED.value],
            arrived=[event.kind.value for event in turn.events() if event.kind in _STEPS],
            cause="is a step left out, or sent in another order?",
        )


_STEPS = {EventKind.FILES_STARTED, EventKind.FILES_COMPLETED}


@check("approvals.patch.outside")
async def outside(trial: Trial) -> None:
    """A change outside the workspace is asked for, even where changes inside are not."""
    target = trial.home.root / "outside.txt"
    case = PatchCase(name="outside", wished=(add_file(str(target), "out\n"),))
    async with trial.agent() as agent:
        conversation = await agent.start(
            cwd=trial.workspace, policy=Policy.ON_REQUEST, sandbox=Sandbox.WORKSPACE_WRITE
        )
        turn = await Patches(trial, conversation).send(case)
        outcome = await play(turn, Decision.DECLINE)
        await agent.fence()
        if not outcome.asked:
            _need_closed(target)
        trial.saw.equal(
            "whether a change outside the workspace was asked for",
            expected=True,
            arrived=bool(outcome.asked),
            cause="is it looked at whether, but not where, something is written?",
        )
        trial.saw.equal(
            "whether the file was there though the change was not accepted",
            expected=False,
            arrived=target.exists(),
            cause="is the sandbox of the change wider than that of a command?",
        )


def _need_closed(target: Path) -> None:
    """Refuses to judge a server by a file that a sandbox may rightly leave writable.

    Raises:
        Untestable: The file is below a folder for temporary files.
    """
    open_folders = {Path(name).resolve() for name in ("/tmp", tempfile.gettempdir())}  # noqa: S108
    if not open_folders.isdisjoint(target.resolve().parents):
        raise Untestable(
            "what is outside the workspace is below a folder for temporary files",
            expected="a home elsewhere: sandboxes leave the folders for temporary files writable",
            arrived=str(target),
            cause="does SEATRIAL_HOMES, or the user's cache folder, lie below one?",
            remedy="set SEATRIAL_HOMES to a folder that is not for temporary files",
        )


@check("approvals.patch.conflict")
async def conflict(trial: Trial) -> None:
    """A patch that does not fit the files changes none of them, and the model is told."""
    case = PatchCase(
        name="conflict",
        before={**UPDATE.before, **OTHER.before},
        wished=(*OTHER.wished, update_file("file.txt", "@@\n-no such line\n+TWO\n")),
    )
    async with trial.agent() as agent:
        patches = Patches(trial, await asking(agent, trial))
        outcome = await play(await patches.send(case), Decision.ACCEPT)
        await agent.fence()
        same(
            trial,
            "the files after a patch of which a part does not fit",
            expected=case.before,
            arrived=patches.files(),
            cause="is the part of the patch made that does fit?",
        )
        trial.saw.equal(
            "requests for a patch that does not fit",
            expected=0,
            arrived=len(outcome.asked),
            cause="is the user asked for something that cannot be done?",
        )
        requests = trial.provider.requests
        trial.saw.that(
            "what the model was told of the patch that does not fit",
            "no such line" in told(requests[-1]),
            expected="the line that was not found",
            arrived=told(requests[-1]),
            cause="can the model find out what was wrong with its patch?",
        )


@check("approvals.patch.order")
async def order(trial: Trial) -> None:
    """Started, asked, answered, resolved, completed, in this order, about the same item."""
    async with trial.agent() as agent:
        patches = Patches(trial, await asking(agent, trial))
        for decision in (Decision.ACCEPT, Decision.DECLINE):
            turn = await patches.send(UPDATE)
            approval = await turn.approval()
            await agent.fence()  # what is sent without waiting for the answer is sent by now
            turn.answer(approval, decision)
            await play(turn, decision)
            await agent.fence()
            _order(trial, agent, turn, decision)


_FILES = {
    EventKind.COMMAND_STARTED: EventKind.FILES_STARTED,
    EventKind.COMMAND_COMPLETED: EventKind.FILES_COMPLETED,
}
"""The steps of a file change, for those of a command."""


def _order(trial: Trial, agent: Agent, turn: Turn, decision: Decision) -> None:
    """Looks at the order of a turn's steps, each step's first occurrence."""
    firsts: dict[EventKind, Event] = {}
    for event in turn.events():
        firsts.setdefault(event.kind, event)
    came = [kind for kind in firsts if kind is not EventKind.TURN_STARTED]
    steps = agent.steps if decision is Decision.ACCEPT else agent.declined_steps
    trial.saw.that(
        f"whether the server said that the request was settled ({decision.value})",
        EventKind.APPROVAL_RESOLVED in came,
        expected=EventKind.APPROVAL_RESOLVED.value,
        arrived=", ".join(came),
        cause="does a client that was not the one to answer ever learn of it?",
        level=Level.SHOULD,
    )
    wanted = [_FILES.get(kind, kind) for kind in steps]
    trial.saw.equal(
        f"the order of the steps ({decision.value})",
        expected=[k.value for k in wanted if k in came or k is not EventKind.APPROVAL_RESOLVED],
        arrived=[kind.value for kind in came],
        cause="is a step left out, or sent before what it waits for?",
    )
    asked = {approval.fields.get("item") for approval in turn.approvals()}
    items = {event.subject for event in turn.events() if event.kind in _STEPS}
    trial.saw.equal(
        f"the items that started, were asked for and completed ({decision.value})",
        expected=1,
        arrived=len(items | asked),
        cause="do they name different items?",
    )
