"""The rules of a requested schema: whatever form the client is asked by, it can be shown."""

from __future__ import annotations

from typing import Any

from seatrial.conformance import NotApplicable, Trial, check
from seatrial.elicitation import problems, secrets
from seatrial.toolserver import FORMS
from seatrial_suites.elicitation.calls import call
from seatrial_suites.elicitation.forwarding import ELICIT, talking

__all__ = ["no_secrets", "schema"]


async def _schemas(trial: Trial) -> list[Any]:
    """Returns the schema of every form that the client is asked by.

    They are the server's own, or those of a tool server, one of each kind.
    """
    if trial.dialect != "app_v2":
        async with trial.agent() as agent:
            asked = await call(agent, trial, "trace")
            agent.peer.respond(asked.entry, {"action": "decline", "decision": "denied"})
            await asked.ended()
    elif not trial.claims("elicitation.forward"):
        raise NotApplicable(
            "it asks its client nothing by a form in this dialect",
            expected="the claim elicitation.forward",
            arrived=f"a profile that does not make it for {trial.server.title}",
            cause="does it pass on what tool servers ask?",
            remedy="if it does, claim it in the profile",
        )
    else:
        async with talking(trial) as talk:
            for name in FORMS:
                asking = await talk.call("ask", {"form": name}, title=name)
                talk.agent.peer.respond(await asking.asked(), {"action": "decline"})
                await asking.turn.end()
    return [
        entry.raw["params"].get("requestedSchema")
        for entry in trial.journal.from_server()
        if entry.is_request(ELICIT) or entry.is_request("elicitation/create")
    ]


@check("elicitation.schema")
async def schema(trial: Trial) -> None:
    """Each form is a flat object of primitive properties; what is required or a default fits."""
    found = await _schemas(trial)
    trial.saw.that(
        "the forms that the client was asked by",
        bool(found) and not any(map(problems, found)),
        expected="forms that keep the rules of a requested schema",
        arrived=[problem for one in found for problem in problems(one)] or "none at all",
        cause="could a client build a form of it?",
    )


@check("elicitation.no-secrets")
async def no_secrets(trial: Trial) -> None:
    """No form asks for a password, a key, a token or the number of a card."""
    found = await _schemas(trial)
    trial.saw.that(
        "the fields that ask for a secret",
        bool(found) and not any(map(secrets, found)),
        expected="none: a secret is asked for by an address",
        arrived=[name for one in found for name in secrets(one)] or "no form at all",
        cause="would the secret pass through the client and the model's context?",
    )
