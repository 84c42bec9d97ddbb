"""Where no token and no key may stand: on stdout unasked, on stderr, in any other file."""

from __future__ import annotations

from collections.abc import Iterable

from seatrial.conformance import Trial, check
from seatrial_provider import reply, say
from seatrial_provider.faults import HttpError
from seatrial_suites.auth.scenes import KEY, conversation, credentials, keep_secret

__all__ = ["secrecy"]

VARIABLE = "SEATRIAL_PROVIDER_KEY"


@check("auth.secrecy")
async def secrecy(trial: Trial) -> None:
    """A key is used, refused and used again; it stands in nothing that the server leaves."""
    keep_secret(trial, KEY)
    trial.configure("provider.env-key", variable=VARIABLE)
    trial.setup.variables[VARIABLE] = KEY
    async with trial.agent() as agent:
        refused = HttpError(status=401, message=f"no: {KEY[:6]}…", attempts=None)
        for words, faults in (("hello", ()), ("again", (refused,)), ("once more", ())):
            trial.model(reply(say("done"), faults=faults))
            await (await (await conversation(agent, trial)).send(words)).end()
        await agent.fence()
    carried = [request.header("authorization") or "" for request in trial.provider.journal]
    if not any(KEY in one for one in carried):
        raise trial.untestable(
            "the key was never used",
            expected="a request that carries it",
            arrived=f"{len(carried)} requests without it",
            cause="does auth.provider-header fail as well?",
        )
    _nowhere(trial, "on stdout", _said(trial))
    _nowhere(trial, "on stderr", [trial.home.stderr.read_text("utf-8", "replace")])
    _nowhere(trial, "in the files of the home", _kept(trial))


def _nowhere(trial: Trial, place: str, texts: Iterable[str]) -> None:
    found = sum(text.count(KEY) for text in texts)
    trial.saw.equal(
        f"how often the key stands {place}",
        expected=0,
        arrived=found,
        cause="is a request, a header or the environment written down whole?",
    )


def _said(trial: Trial) -> list[str]:
    """Returns everything that the server sent."""
    entries = trial.journal.from_server()
    return [repr(entry.raw) for entry in entries]


def _kept(trial: Trial) -> list[str]:
    """Returns what the files of the home hold, but for the one that is for secrets."""
    files = [one for one in trial.home.home.rglob("*") if one.is_file() and not one.is_symlink()]
    return [
        file.read_bytes().decode("utf-8", "replace") for file in files if file != credentials(trial)
    ]
