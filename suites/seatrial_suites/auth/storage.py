"""Where a sign-in is kept: in the file, in a keyring that is not there, or nowhere."""

from __future__ import annotations

import stat
import sys

from seatrial.conformance import Trial, check
from seatrial.dialects import Method
from seatrial.peer import Refused
from seatrial.servers import Setup
from seatrial_suites.auth.scenes import KEY, credentials, keep_secret, method

__all__ = ["auto", "ephemeral", "in_the_file", "keyring", "sign_out"]


def _configure(trial: Trial, store: str) -> None:
    """Has sign-ins kept somewhere, on a machine without a keyring.

    Raises:
        Untestable: There may be a keyring, and it is the user's own.
    """
    keep_secret(trial, KEY)
    if sys.platform != "linux" and not trial.claims("auth.store.no-keyring"):
        raise trial.untestable(
            "this machine's own keyring would be used",
            expected="a server that cannot reach a keyring: on Linux its address leads nowhere",
            arrived=f"a server on {sys.platform}",
            cause="is there a way to keep it from the keyring here?",
        )
    trial.setup = Setup()
    trial.configure("auth")
    trial.configure("auth.store", store=store)


def _stored(trial: Trial) -> str:
    """Returns what the file holds, as far as it matters."""
    file = credentials(trial)
    if not file.exists():
        return "no file"
    if KEY not in file.read_text("utf-8"):
        return "a file without the key"
    return f"the key, {oct(stat.S_IMODE(file.stat().st_mode))}"


def _kept_in_file(trial: Trial, arrived: str, store: str) -> None:
    trial.saw.equal(
        f"what the file holds after a sign-in ({store})",
        expected="the key, 0o600",
        arrived=arrived,
        cause="is the setting read, and the file for nobody else?",
    )


async def _after_restart(trial: Trial, store: str, expected: Method) -> None:
    async with trial.agent() as agent:
        trial.saw.equal(
            f"how somebody is signed in after the next start ({store})",
            expected=expected,
            arrived=await method(agent),
            cause="is it read from where it was kept?",
        )


@check("auth.storage-mode")
async def in_the_file(trial: Trial) -> None:
    """In the file: for nobody else to read, and read at the next start."""
    _configure(trial, "file")
    async with trial.agent() as agent:
        await agent.account.sign_in_with_key(KEY)
        await agent.fence()
        _kept_in_file(trial, _stored(trial), "file")
    await _after_restart(trial, "file", Method.API_KEY)


@check("auth.storage-mode.ephemeral")
async def ephemeral(trial: Trial) -> None:
    """In memory: used as long as the server runs, and gone with it."""
    _configure(trial, "ephemeral")
    async with trial.agent() as agent:
        await agent.account.sign_in_with_key(KEY)
        trial.saw.equal(
            "how somebody is signed in (ephemeral)",
            expected=Method.API_KEY,
            arrived=await method(agent),
            cause="is what is not stored not used either?",
        )
        trial.saw.equal(
            "what the file holds after a sign-in (ephemeral)",
            expected="no file",
            arrived=_stored(trial),
            cause="is the setting read?",
        )
    await _after_restart(trial, "ephemeral", Method.NONE)


@check("auth.storage-mode.keyring")
async def keyring(trial: Trial) -> None:
    """In the keyring alone: where there is none, the sign-in is refused, and nothing is kept."""
    _configure(trial, "keyring")
    async with trial.agent() as agent:
        try:
            await agent.account.sign_in_with_key(KEY)
            refused = ""
        except Refused as error:
            refused = error.reply.message
        trial.saw.that(
            "a sign-in that only the keyring may keep, without one",
            "keyring" in refused.lower(),
            expected="an error that says so",
            arrived=refused or "it was taken",
            cause="is it kept somewhere else, against the setting?",
        )
        trial.saw.equal(
            "what is left of the sign-in",
            expected=("no file", Method.NONE),
            arrived=(_stored(trial), await method(agent)),
            cause="is the user told that it failed, and signed in all the same?",
        )


@check("auth.storage-mode.auto")
async def auto(trial: Trial) -> None:
    """In the keyring or else in the file: without a keyring, in the file."""
    _configure(trial, "auto")
    async with trial.agent() as agent:
        await agent.account.sign_in_with_key(KEY)
        await agent.fence()
        _kept_in_file(trial, _stored(trial), "auto")
    await _after_restart(trial, "auto", Method.API_KEY)


@check("auth.storage-mode.sign-out")
async def sign_out(trial: Trial) -> None:
    """Signing out removes what the file was given for want of a keyring."""
    _configure(trial, "auto")
    async with trial.agent() as agent:
        await agent.account.sign_in_with_key(KEY)
        try:
            await agent.account.sign_out()
            refused = "signed out"
        except Refused as error:
            refused = error.reply.message
        trial.saw.equal(
            "what is answered to signing out",
            expected="signed out",
            arrived=refused,
            cause="is it given up where the keyring does not answer?",
        )
        await agent.fence()
        trial.saw.equal(
            "what is left of the sign-in",
            expected=("no file", Method.NONE),
            arrived=(_stored(trial), await method(agent)),
            cause="is the file forgotten where the keyring does not answer?",
        )
