"""Forwarding: what a tool server asks reaches the client whole, and the answer gets back whole."""

from __future__ import annotations

from typing import Any

from seatrial.conformance import Level, Trial, check
from seatrial.dialects import TurnOver
from seatrial.journal import Entry
from seatrial.jsonrpc import id_key
from seatrial.peer import TimedOut
from seatrial.toolserver import FORMS
from seatrial_suites.elicitation.bounds import IN_TIME
from seatrial_suites.elicitation.forwarding import ELICIT, RESOLVED, Forwarding, talking

__all__ = ["both", "declared", "form", "interrupted", "meta", "refused", "resolved", "twice", "url"]

_HEARD = ("answered", "refused", "unusable")


async def _answer(asking: Forwarding, result: dict[str, Any]) -> dict[str, Any]:
    """Answers the next elicitation; returns what the client was asked."""
    asked = await asking.asked()
    asking.agent.peer.respond(asked, result)
    params: dict[str, Any] = asked.raw["params"]
    return params


@check("elicitation.forward.form")
async def form(trial: Trial) -> None:
    """Each form reaches the client as it was asked, and its content the tool server as given."""
    async with talking(trial) as talk:
        for name, form in FORMS.items():
            asking = await talk.call("ask", {"form": name}, title=name)
            params = await _answer(asking, {"action": "accept", "content": form.fits})
            await asking.turn.end()
            trial.saw.equal(
                f"the form {name}, as the client was asked by it",
                expected={"message": form.message, "requestedSchema": form.schema},
                arrived={key: params.get(key) for key in ("message", "requestedSchema")},
                cause="is a part of the form left out that the server does not know?",
            )
            trial.saw.equal(
                f"the form {name}, as it was filled in for the tool server",
                expected={"action": "accept", "content": form.fits},
                arrived=talk.heard(),
                cause="is a part of the content lost on its way back?",
            )
            trial.saw.equal(
                f"whom the form {name} is from",
                expected={
                    "threadId": asking.conversation,
                    "turnId": asking.turn.id,
                    "serverName": "sea",
                },
                arrived={key: params.get(key) for key in ("threadId", "turnId", "serverName")},
            )


@check("elicitation.forward.url")
async def url(trial: Trial) -> None:
    """An address reaches the client with its id, and the consent the tool server."""
    address = "https://example.invalid/sign-in?step=1"
    async with talking(trial) as talk:
        asking = await talk.call("ask_url", {"url": address})
        params = await _answer(asking, {"action": "accept"})
        await asking.turn.end()
        asked = talk.tools.journal.of("asked")[-1].data
        trial.saw.equal(
            "the address, as the client was asked to open it",
            expected={**asked, "mode": "url"},
            arrived={key: params.get(key) for key in asked},
            cause="is an address taken for a form, or its id lost?",
        )
        heard = talk.heard()
        trial.saw.equal(
            "the consent, as the tool server heard it",
            expected="accept",
            arrived=heard.get("action"),
        )
        trial.saw.that(
            "content of an answer to an address",
            "content" not in heard,
            expected="none: it belongs to forms alone",
            arrived=heard.get("content"),
            cause="is an empty form made up?",
            level=Level.SHOULD,
        )


REFUSALS: dict[str, dict[str, Any]] = {
    "decline": {"action": "decline"},
    "cancel": {"action": "cancel"},
}


@check("elicitation.forward.refused")
async def refused(trial: Trial) -> None:
    """A refusal reaches the tool server as it was meant, and an error never as consent."""
    async with talking(trial) as talk:
        for action, result in REFUSALS.items():
            asking = await talk.call("ask", {"form": "name"}, title=action)
            await _answer(asking, result)
            end = await asking.turn.end()
            trial.saw.equal(
                f"what the tool server heard of `{action}`",
                expected=action,
                arrived=talk.heard().get("action"),
                cause="are the ways to refuse thrown together?",
            )
            trial.saw.equal(
                f"how the turn ended after `{action}`", expected="completed", arrived=end.status
            )
        asking = await talk.call("ask", {"form": "empty"}, title="error")
        talk.agent.peer.respond_error(
            await asking.asked(), -32000, "the client cannot ask its user"
        )
        await asking.turn.end()
        heard = [one for one in talk.tools.journal.records if one.event in _HEARD][-1]
        trial.saw.that(
            "what the tool server heard of an error",
            heard.event != "answered" or heard.data.get("action") in REFUSALS,
            expected="an error, or a refusal",
            arrived=f"{heard.event} {heard.data}",
            cause="is a client that could not ask taken for one that agrees?",
        )


@check("elicitation.forward.resolved")
async def resolved(trial: Trial) -> None:
    """The request is resolved after its answer, and before its turn completes."""
    async with talking(trial) as talk:
        asking = await talk.call("ask", {"form": "name"})
        asked = await asking.asked()
        await talk.agent.fence()
        answer = talk.agent.peer.respond(asked, {"action": "accept", "content": FORMS["name"].fits})
        await asking.turn.end()
        await talk.agent.fence()
        steps = [("answered", answer.seq)]
        for entry in talk.agent.peer.journal.from_server():
            if entry.is_notification(RESOLVED) and _about(entry.raw, asked.raw["id"]):
                steps.append(("resolved", entry.seq))
            elif asking.is_end(entry):
                steps.append(("turn completed", entry.seq))
        trial.saw.equal(
            "the order of the steps",
            expected=["answered", "resolved", "turn completed"],
            arrived=[what for what, _ in sorted(steps, key=lambda step: step[1])],
            cause="does another client of the conversation learn that it need not ask any more?",
        )


def _about(raw: dict[str, Any], request_id: Any) -> bool:
    return id_key(raw["params"].get("requestId")) == id_key(request_id)


@check("elicitation.forward.twice")
async def twice(trial: Trial) -> None:
    """A call that asks twice gets its two answers, in order."""
    answers: list[dict[str, Any]] = [
        {"action": "accept", "content": {"name": "octopus"}},
        {"action": "accept", "content": {"name": "squid"}},
    ]
    async with talking(trial) as talk:
        asking = await talk.call("ask_twice", {"form": "name"})
        for answer in answers:
            await _answer(asking, answer)
        await asking.turn.end()
        trial.saw.equal(
            "what the tool server heard",
            expected=answers,
            arrived=[record.data for record in talk.tools.journal.of("answered")],
            cause="is the second question taken for the first, asked again?",
        )


@check("elicitation.forward.both")
async def both(trial: Trial) -> None:
    """Of two forms that are asked by at once each gets its own answer, in whatever order."""
    async with talking(trial) as talk:
        asking = await talk.call("ask_both")
        first = await asking.asked()
        await talk.tools.journal.wait_for(
            lambda record: len(talk.tools.journal.of("asked")) == 2, what="both questions"
        )
        await talk.agent.fence()
        pending = [first]
        others = [e for e in talk.agent.peer.journal.from_server() if _is_other(e, first.raw["id"])]
        if others:  # both are there: answer the later one first
            pending = [await asking.asked(), first]
        for entry in pending:
            talk.agent.peer.respond(entry, _filled(entry.raw["params"]))
        if not others:
            entry = await asking.asked()
            talk.agent.peer.respond(entry, _filled(entry.raw["params"]))
        await asking.turn.end()
        heard = [record.data.get("content") for record in talk.tools.journal.of("answered")]
        trial.saw.equal(
            "the contents that the tool server heard",
            expected=sorted(map(str, (FORMS[name].fits for name in ("name", "numbers")))),
            arrived=sorted(map(str, heard)),
            cause="is one of two answers lost, or given twice?",
        )
        (returned,) = talk.tools.journal.of("returned")
        trial.saw.equal(
            "whether one of the contents did not fit its form",
            expected=False,
            arrived=returned.data.get("failed"),
            cause="are two answers crossed?",
        )


def _is_other(entry: Entry, request_id: Any) -> bool:
    return entry.is_request(ELICIT) and entry.raw["id"] != request_id


def _filled(params: dict[str, Any]) -> dict[str, Any]:
    """Returns the answer that fits the form that was asked by; a refusal if it is none of ours."""
    for form in FORMS.values():
        if form.message == params.get("message"):
            return {"action": "accept", "content": form.fits}
    return {"action": "decline"}


@check("elicitation.forward.interrupted")
async def interrupted(trial: Trial) -> None:
    """An interrupted turn ends, and nothing that is answered later reaches the tool server."""
    async with talking(trial) as talk:
        asking = await talk.call("ask", {"form": "empty"})
        asked = await asking.asked()
        params = {"threadId": asking.conversation, "turnId": asking.turn.id}
        await talk.agent.peer.request("turn/interrupt", params)
        end = await asking.turn.end()
        talk.agent.peer.respond(asked, {"action": "accept", "content": {}})
        await talk.agent.fence()
        await talk.tools.fence()
        trial.saw.equal("how the turn ended", expected="interrupted", arrived=end.status)
        accepted = [
            record
            for record in talk.tools.journal.of("answered")
            if record.data.get("action") == "accept"
        ]
        trial.saw.equal(
            "acceptances that the tool server heard",
            expected=0,
            arrived=len(accepted),
            cause="does an answer count that came after the end?",
        )


@check("elicitation.forward.declared")
async def declared(trial: Trial) -> None:
    """A tool server is told that the client can be asked only if it can be."""
    async with talking(trial) as talk:
        asking = await talk.call("ask", {"form": "empty"})
        trial.saw.that(
            "what came of the question",
            (what := await _came(asking)) in ("forwarded", "not declared"),
            expected="that it is forwarded, or that the tool server is told that it cannot ask",
            arrived=what,
            cause="does the server declare a capability that it does not have?",
        )


async def _came(asking: Forwarding) -> str:
    """Returns what came of a question of the tool server's."""
    try:
        asked = await asking.asked(timeout=IN_TIME)
    except TimedOut:
        return f"nothing within {IN_TIME:g} s"
    except TurnOver:
        return (
            "not declared"
            if asking.tools.journal.of("unasked")
            else "answered by the server itself"
        )
    asking.agent.peer.respond(asked, {"action": "decline"})
    await asking.turn.end()
    return "forwarded"


@check("mcp.tools.meta")
async def meta(trial: Trial) -> None:
    """The `_meta` of a tool's result reaches the client as it is."""
    async with talking(trial) as talk:
        asking = await talk.call("echo", {"text": "hello"})
        await asking.turn.end()
        items = [
            entry.raw["params"]["item"]
            for entry in talk.agent.peer.journal.from_server()
            if entry.is_notification("item/completed")
        ]
        results = [item["result"] for item in items if item.get("type") == "mcpToolCall"]
        returned = talk.tools.journal.of("returned")[-1].data
        trial.saw.equal(
            "the `_meta` that the client was shown",
            expected=[returned.get("meta")],
            arrived=[result.get("_meta") for result in results if result],
            cause="are members left out that the server does not know?",
        )
