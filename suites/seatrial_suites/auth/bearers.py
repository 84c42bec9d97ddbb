"""What the provider gets to see of a sign-in, of a key in the environment, and of headers."""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial_provider import reply, run_command, say
from seatrial_suites.auth.scenes import KEY, asked_by, bearer, conversation, keep_secret

__all__ = ["env_key", "provider_header"]

VARIABLE = "SEATRIAL_PROVIDER_KEY"
USUAL = ("OPENAI_API_KEY", "CODEX_API_KEY")
"""What servers of this kind may pick up; see the sign-in page of the documentation."""


@check("auth.env-key")
async def env_key(trial: Trial) -> None:
    """A key in the environment reaches neither the provider nor a command by itself."""
    keep_secret(trial, KEY)
    trial.setup.variables |= dict.fromkeys(USUAL, KEY)
    command = "; ".join(f"echo ${name}" for name in USUAL)
    async with trial.agent() as agent:
        talk = await conversation(agent, trial)
        trial.model(reply(run_command(command)), reply(say("done")))
        await (await talk.send("hello")).end()
        first, *others = trial.provider.requests
        trial.saw.that(
            "the bearer of the request, with keys in the environment",
            bearer(first) is None,
            expected="none",
            arrived="none" if bearer(first) is None else "the key",
            cause="is a key taken that nobody configured?",
        )
        if not others:
            raise trial.untestable(
                "the command's output never came back",
                expected="a second request to the model",
                arrived="one request",
                cause="did the command not run?",
            )
        trial.saw.that(
            "what a command saw of the keys",
            not others[0].body_contains_text(KEY),
            expected="nothing",
            arrived="the key" if others[0].body_contains_text(KEY) else "nothing",
            cause="does a command inherit the server's environment whole?",
        )


@check("auth.provider-header")
async def provider_header(trial: Trial) -> None:
    """The bearer of the provider's own variable or none, and the headers of the configuration."""
    keep_secret(trial, KEY)
    async with trial.agent() as agent:
        request, _ = await asked_by(trial, await conversation(agent, trial))
        trial.saw.that(
            "the bearer where nothing gives one",
            bearer(request) is None,
            expected="none",
            arrived="none" if bearer(request) is None else "one",
            cause="is a bearer made up, or taken from somewhere else?",
        )
    trial.configure("provider.env-key", variable=VARIABLE)
    trial.configure("provider.headers", name="x-seatrial", value="from the configuration")
    trial.setup.variables[VARIABLE] = KEY
    async with trial.agent() as agent:
        request, _ = await asked_by(trial, await conversation(agent, trial))
        trial.saw.that(
            "the bearer where the provider names a variable",
            bearer(request) == KEY,
            expected=f"what {VARIABLE} holds",
            arrived="none" if bearer(request) is None else "another",
            cause="is env_key read?",
        )
        trial.saw.equal(
            "the header that the configuration names",
            expected="from the configuration",
            arrived=request.header("x-seatrial"),
            cause="is http_headers read?",
        )
