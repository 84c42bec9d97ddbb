"""The questions of any server that asks: how they are put, and content that does not fit them."""

from __future__ import annotations

import asyncio

from seatrial.conformance import Level, NotApplicable, Trial, check
from seatrial.dialects import McpTools
from seatrial.dialects.mcp_tools import ELICIT
from seatrial.jsonrpc import ErrorResponse, Response
from seatrial.responders.forms import filled
from seatrial_suites.elicitation.bounds import ANSWERED, HANGS
from seatrial_suites.elicitation.calls import Call, call
from seatrial_suites.elicitation.contents import misfits
from seatrial_suites.elicitation.tool_calls import asking_of, failed, in_time

__all__ = ["content", "quiet", "request"]


@check("elicitation.request")
async def request(trial: Trial) -> None:
    """A question has a message, and is put in the one way that the client declared: by a form."""
    async with trial.agent() as agent:
        asked = await call(agent, trial, "only")
        params = asked.entry.raw.get("params") or {}
        message = params.get("message")
        trial.saw.that(
            "the message for the user",
            isinstance(message, str) and bool(message.strip()),
            expected="a text",
            arrived=message,
            cause="would the user know what is asked?",
        )
        trial.saw.that(
            "the mode of the question",
            params.get("mode", "form") == "form",
            expected="a form, which is all that the client declared",
            arrived=params.get("mode"),
            cause="are the modes that the client declared not looked at?",
        )
        agent.peer.respond(asked.entry, {"action": "decline"})
        await asked.ended()


@check("elicitation.content")
async def content(trial: Trial) -> None:
    """Content that does not fit the form is answered, and is not taken for consent."""
    async with trial.agent() as agent:
        played: dict[str, Call] = {}
        asked = await call(agent, trial, "first")
        params = asked.entry.raw["params"]
        given = misfits(params)
        fits = filled(params)
        played["with a field that the form has not"] = asked
        agent.peer.respond(
            asked.entry, {"action": "accept", "content": {**fits, "x-seatrial": "one more"}}
        )
        for what, wrong in given.items():
            asked = await call(agent, trial, what)
            agent.peer.respond(asked.entry, {"action": "accept", "content": wrong})
            played[what] = asked
        endings = await asyncio.gather(*(one.ended() for one in played.values()))
        trial.saw.equal(
            "how the calls ended",
            expected=dict.fromkeys(played, ANSWERED),
            arrived=dict(zip(played, endings, strict=True)),
            cause="is a call given up on, or the server gone, when content does not fit?",
        )
        for what in given:
            expected = played[what].effect_of(consent=False)
            if not expected:
                continue  # the profile does not say how consent is told from refusal
            trial.saw.equal(
                f"content {what}",
                expected=expected,
                arrived=await played[what].effect(trial),
                cause="is the content not held against the form that was asked by?",
                level=Level.SHOULD,
            )


@check("elicitation.quiet")
async def quiet(trial: Trial) -> None:
    """A call with nothing to ask asks nothing, and is answered though another one waits."""
    asking = asking_of(trial)
    if asking.quiet is None:
        raise NotApplicable(
            "no tool is known that asks nothing",
            expected="`quiet` in the profile's table `asking`",
            arrived="a profile without it",
            cause="does every tool of this server ask?",
            remedy="name a tool and its arguments there if one does not",
        )
    async with trial.agent() as agent:
        assert isinstance(agent, McpTools)
        waiting = await call(agent, trial, "waiting") if asking.together else None
        sent = agent.call(asking.quiet.tool, asking.quiet.arguments)
        trial.saw.equal(
            "what came of a call that has nothing to ask",
            expected="a result",
            arrived=_in_words(await in_time(agent, sent)),
            cause="is every call held up by one that waits for its user?",
        )
        asked = [
            entry
            for entry in agent.peer.journal.from_server(sent.since)
            if entry.is_request(ELICIT)
        ]
        trial.saw.equal(
            "questions of a call that has nothing to ask",
            expected=0,
            arrived=len(asked),
            cause="is the user asked where there is nothing to decide?",
        )
        if waiting is not None:
            await waiting.cancel()


def _in_words(answer: Response | ErrorResponse | None) -> str:
    """Returns what a call was answered with, in a word or two."""
    if answer is None:
        return HANGS
    return "an error" if failed(answer) else "a result"
