"""Command approvals: the asking itself: when, how often, with what, in which order."""

from __future__ import annotations

from typing import Any

from seatrial.conformance import Level, Trial, check
from seatrial.dialects import (
    Agent,
    Approval,
    Decision,
    Event,
    EventKind,
    Turn,
)
from seatrial.jsonrpc import id_key
from seatrial_provider import reply, say, when_user_text
from seatrial_suites.approvals.scenes import ON_REQUEST, WHY, Trace, asking, must_ask, play

__all__ = ["asks_before_running", "order", "payload", "request_ids_unique"]


@check("approvals.command.asks-before-running")
async def asks_before_running(trial: Trial) -> None:
    """Under a policy that asks: one request, and nothing has run until it is answered."""
    trace = Trace(workspace=trial.workspace)
    trial.model(reply(trace.wanted(trial)), reply(say("done")))
    async with trial.agent() as agent:
        turn = await (await asking(agent, trial)).send("run it")
        approval = await turn.approval()
        await agent.fence()
        trial.saw.equal(
            "runs of the command that had begun while its approval was pending",
            expected=0,
            arrived=await trace.begun(trial),
            cause="does the server run the command and ask afterwards, or at the same time?",
        )
        turn.answer(approval, Decision.ACCEPT)
        outcome = await play(turn, Decision.ACCEPT)
        await agent.fence()
        trial.saw.equal(
            "requests for this one command",
            expected=1,
            arrived=1 + len(outcome.asked),
            cause="is the same command asked for twice?",
        )


@check("approvals.command.payload")
async def payload(trial: Trial) -> None:
    """The request carries every field of the dialect, and each says what is so."""
    trace = Trace(workspace=trial.workspace)
    trial.model(reply(trace.wanted(trial)), reply(say("done")))
    async with trial.agent() as agent:
        conversation = await asking(agent, trial)
        turn = await conversation.send("run it")
        outcome = await play(turn, Decision.ACCEPT)
        must_ask(trial, outcome)
        approval = outcome.asked[0]
        items = [event.subject for event in turn.events() if event.kind in _ABOUT_A_COMMAND]
        expected = {
            "conversation": conversation.id,
            "turn": turn.id,
            "item": items[0] if items else "the id of the item that is reported",
            "cwd": str(trial.workspace),
            "reason": WHY,
        }
        for name in agent.approval_fields:
            if name != "reason" or trial.claims(ON_REQUEST):  # else the model gives none
                _field(trial, approval, name, expected)


_ABOUT_A_COMMAND = {EventKind.COMMAND_STARTED, EventKind.COMMAND_COMPLETED}


def _field(trial: Trial, approval: Approval, name: str, expected: dict[str, Any]) -> None:
    """Looks at one field of an approval."""
    subject = f"the field {approval.spelling[name]} of the request"
    cause = "is it left out, or filled from the wrong place?"
    arrived = approval.fields.get(name)
    if name in expected:
        trial.saw.equal(subject, expected=expected[name], arrived=arrived, cause=cause)
    elif name == "command":
        trial.saw.that(
            subject,
            "trace.txt" in approval.command,
            expected="the command that the model asked for",
            arrived=arrived,
            cause=cause,
        )
    else:
        trial.saw.that(
            subject,
            isinstance(arrived, list) and bool(arrived),
            expected="the command taken apart, at least one action",
            arrived=arrived,
            cause=cause,
        )


@check("approvals.command.order")
async def order(trial: Trial) -> None:
    """Started, asked, answered, resolved, completed, in this order, about the same item."""
    for decision in (Decision.ACCEPT, Decision.DECLINE):
        trace = Trace(workspace=trial.workspace, name=decision.name.lower())
        trial.model(
            reply(trace.wanted(trial), when=when_user_text(decision.value)),
            reply(say("done"), when=when_user_text(decision.value)),
        )
    async with trial.agent() as agent:
        conversation = await asking(agent, trial)
        for decision in (Decision.ACCEPT, Decision.DECLINE):
            turn = await conversation.send(decision.value)
            approval = await turn.approval()
            await agent.fence()  # what is sent without waiting for the answer is sent by now
            turn.answer(approval, decision)
            await play(turn, decision)
            await agent.fence()
            _steps(trial, agent, turn, decision)


def _steps(trial: Trial, agent: Agent, turn: Turn, decision: Decision) -> None:
    """Looks at the order of a turn's steps, each step's first occurrence."""
    events = turn.events()
    firsts: dict[EventKind, Event] = {}
    for event in events:
        firsts.setdefault(event.kind, event)
    steps = agent.steps if decision is Decision.ACCEPT else agent.declined_steps
    came = [event.kind for event in sorted(firsts.values(), key=lambda event: event.seq)]
    came = [kind for kind in came if kind is not EventKind.TURN_STARTED]
    if EventKind.APPROVAL_RESOLVED in steps:
        trial.saw.that(
            f"whether the server said that the request was settled ({decision.value})",
            EventKind.APPROVAL_RESOLVED in came,
            expected=EventKind.APPROVAL_RESOLVED.value,
            arrived=", ".join(came),
            cause="does a client that was not the one to answer ever learn of it?",
            level=Level.SHOULD,
        )
    wanted = [kind for kind in steps if kind in came or kind is not EventKind.APPROVAL_RESOLVED]
    trial.saw.equal(
        f"the order of the steps ({decision.value})",
        expected=[kind.value for kind in wanted],
        arrived=[kind.value for kind in came],
        cause="is a step left out, or sent before what it waits for?",
    )
    items = {event.subject for event in events if event.kind in _ABOUT_A_COMMAND}
    trial.saw.equal(
        f"the items that started and completed ({decision.value})",
        expected=int(EventKind.COMMAND_COMPLETED in steps),
        arrived=len(items),
        cause="do started and completed name different items?",
    )
    resolved = [one.subject for one in events if one.kind is EventKind.APPROVAL_RESOLVED]
    if resolved:
        trial.saw.equal(
            f"the requests that were settled ({decision.value})",
            expected=[approval.request_id for approval in turn.approvals()],
            arrived=resolved,
            cause="does the notification name another request?",
        )


@check("approvals.command.request-ids-unique")
async def request_ids_unique(trial: Trial) -> None:
    """No two requests of the server's share an id, in any conversation of a connection."""
    names = ("one", "two", "three")
    for name in names:
        trace = Trace(workspace=trial.workspace, name=name)
        trial.model(
            reply(trace.wanted(trial), when=when_user_text(name)),
            reply(say("done"), when=when_user_text(name)),
        )
    async with trial.agent() as agent:
        first = await asking(agent, trial)
        second = await asking(agent, trial)
        asked = [
            approval
            for conversation, name in zip((first, second, first), names, strict=True)
            for approval in (await play(await conversation.send(name), Decision.ACCEPT)).asked
        ]
    ids = [approval.request_id for approval in asked]
    if len(ids) < len(names):
        raise trial.untestable(
            "the server asked too seldom",
            expected=f"at least {len(names)} requests",
            arrived=f"{len(ids)}",
            cause="does approvals.command.asks-before-running fail as well?",
        )
    trial.saw.equal(
        "how many different ids the requests had",
        expected=len(ids),
        arrived=len({id_key(one) for one in ids}),
        cause="is the counter of ids kept by conversation, or not at all?",
    )
