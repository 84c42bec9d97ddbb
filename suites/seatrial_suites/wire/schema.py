"""The wire: every message is as the server's own schema has it."""

from __future__ import annotations

from seatrial.conformance import Level, Trial, check
from seatrial.dialects import Agent, Decision
from seatrial.schema import Bundle, Examined, Fault, Kind, Validator, schema_of
from seatrial_provider import reply, say
from seatrial_provider.faults import HttpError
from seatrial_suites.approvals.scenes import Trace, asking, play

__all__ = ["members", "schema"]

QUESTIONS = {
    "app_v2": ("thread/list", "thread/loaded/list", "config/read", "account/read"),
    "app_v1": ("listConversations", "getAuthStatus", "getUserAgent", "userInfo"),
}
"""Requests that change nothing and need no parameters; a server is asked those that it has."""

NO_METHOD = "seatrial/no-such-method"
"""What nobody has: the answer is an error."""


@check("wire.schema")
async def schema(trial: Trial) -> None:
    """Each message fits its schema, and is one that the schema has; and the schema is whole."""
    bundle = await schema_of(trial.server)
    trial.saw.equal(
        "definitions that the server's own schema refers to and does not have",
        expected=[],
        arrived=list(bundle.holes),
        cause="were definitions of two groups put together, and references not moved with them?",
    )
    examined = await _examined(trial, bundle)
    _none(
        trial,
        "messages that are not as the server's own schema has them",
        examined,
        Fault.UNFIT,
        cause="was the schema made from other types than those that are sent?",
    )
    _none(
        trial,
        "messages that the server's own schema does not have",
        examined,
        Fault.UNKNOWN,
        cause="was a method added, and not to the schema?",
    )


@check("wire.schema.members")
async def members(trial: Trial) -> None:
    """Each member of each message is described: a client made from the schema sees all of it."""
    _none(
        trial,
        "members that the server's own schema does not describe",
        await _examined(trial, await schema_of(trial.server)),
        Fault.UNDESCRIBED,
        cause="do two definitions share a name, so that one of them is lost?",
        level=Level.SHOULD,
    )


async def _examined(trial: Trial, bundle: Bundle) -> Examined:
    """Plays turns with an accepted and a declined command, of words, and with an error; asks."""
    accepted, declined = (Trace(workspace=trial.workspace, name=name) for name in ("yes", "no"))
    trial.model(reply(accepted.wanted(trial)), reply(say("it ran")))
    trial.model(reply(declined.wanted(trial)), reply(say("it did not")))
    trial.model(reply(say("only words")))
    trial.model(reply(say("lost"), faults=[HttpError(status=400)]))
    async with trial.agent() as agent:
        conversation = await asking(agent, trial)
        await play(await conversation.send("run this"), Decision.ACCEPT)
        await play(await conversation.send("and this"), Decision.DECLINE)
        await play(await conversation.send("say something"), Decision.ACCEPT)
        await play(await conversation.send("fail"), Decision.ACCEPT)
        await _ask(agent, bundle)
        await agent.fence()
    return Validator(bundle).examine(trial.journal.entries)


async def _ask(agent: Agent, bundle: Bundle) -> None:
    """Asks whatever the schema has of the questions, and one that it has not."""
    for method in QUESTIONS[agent.dialect]:
        known = bundle.find(Kind.CLIENT_REQUEST, method)
        if known is not None:
            await agent.peer.call(method, None if known.params is None else {})
    await agent.peer.call(NO_METHOD, {})


def _none(
    trial: Trial,
    subject: str,
    examined: Examined,
    fault: Fault,
    *,
    cause: str,
    level: Level = Level.MUST,
) -> None:
    wrong = examined.of(fault)
    trial.saw.that(
        subject,
        not wrong,
        expected=f"none, by the schema of {trial.server.title}",
        arrived="\n".join(wrong) or f"none in {examined.count} messages",
        cause=cause,
        level=level,
    )
