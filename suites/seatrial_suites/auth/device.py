"""Signing in by a device code: what the user is shown, and what comes of what the user does."""

from __future__ import annotations

from urllib.parse import urlsplit

from seatrial.conformance import Trial, check
from seatrial.dialects import Agent, Method, SigningIn
from seatrial.peer import Refused
from seatrial_provider.signin import DeviceState, Endpoint, Scripted, SignIn
from seatrial_suites.auth.scenes import credentials, method, signing_in, succeeds

__all__ = ["device_code", "given_up", "not_granted", "not_offered"]


def _configure(trial: Trial, service: SignIn) -> None:
    trial.configure("auth")
    trial.configure("auth.device-code", issuer=service.url)
    trial.configure("auth.refresh", issuer=service.url, backend=service.backend_url)


async def _asked_about(agent: Agent, service: SignIn) -> SigningIn:
    """Begins a sign-in; returns it once the server has asked what became of the code."""
    before = len(service.asked(Endpoint.DEVICE_TOKEN))
    begun = await agent.account.begin_device()
    await service.wait_for(Endpoint.DEVICE_TOKEN, before + 1)
    return begun


def _answer(trial: Trial, service: SignIn, begun: SigningIn, state: DeviceState) -> None:
    """Does what the user does, with the code that was shown."""
    if begun.user_code not in service.user_codes:
        raise trial.untestable(
            "nobody could type this code",
            expected=f"one that the issuer gave: {', '.join(service.user_codes)}",
            arrived=begun.user_code or "none",
            cause="does auth.device-code fail as well?",
        )
    service.answer_device(begun.user_code, state)


async def _nobody(trial: Trial, agent: Agent, when: str) -> None:
    """Sees that nobody is signed in, and that nothing was exchanged or stored."""
    await agent.fence()
    trial.saw.equal(
        f"how somebody is signed in {when}",
        expected=(Method.NONE, []),
        arrived=(await method(agent), agent.account.changes()),
        cause="is it taken for a success?",
    )
    trial.saw.that(
        f"what is stored {when}",
        not credentials(trial).exists(),
        expected="nothing",
        arrived="a file" if credentials(trial).exists() else "nothing",
        cause="is something stored before there are tokens?",
    )


@check("auth.device-code")
async def device_code(trial: Trial) -> None:
    """Code and URL are shown; once the user has typed the code, somebody is signed in."""
    async with signing_in(trial) as service:
        _configure(trial, service)
        async with trial.agent() as agent:
            begun = await _asked_about(agent, service)
            trial.saw.that(
                "where the user types the code",
                urlsplit(begun.url).scheme in {"http", "https"},
                expected="an address",
                arrived=begun.url or "nothing",
                cause="is the user told where?",
            )
            if not trial.saw.equal(
                "the code that the user is shown",
                expected=service.user_codes,
                arrived=[begun.user_code],
                cause="is it another one than the issuer gave?",
            ):
                return  # nobody could type it
            service.answer_device(begun.user_code, DeviceState.APPROVED)
            cause = "is the code exchanged with the issuer's own verifier?"
            if not await succeeds(trial, agent, begun, cause=cause):
                return
            trial.saw.equal(
                "how somebody is signed in afterwards",
                expected=Method.CHATGPT,
                arrived=await method(agent),
                cause="are the tokens stored and used?",
            )


@check("auth.device-code.refused")
async def not_granted(trial: Trial) -> None:
    """A code that the user declines, or that expires, ends the sign-in without success."""
    async with signing_in(trial) as service:
        _configure(trial, service)
        async with trial.agent() as agent:
            for state in (DeviceState.DENIED, DeviceState.EXPIRED):
                begun = await agent.account.begin_device()
                _answer(trial, service, begun, state)
                trial.saw.equal(
                    f"whether a sign-in whose code is {state.name.lower()} has succeeded",
                    expected=False,
                    arrived=await agent.account.finished(begun),
                    cause="is an error of the issuer's taken for an answer?",
                )
            await _nobody(trial, agent, "after a refusal")


@check("auth.device-code.cancel")
async def given_up(trial: Trial) -> None:
    """A sign-in that is given up ends without success, and its code signs nobody in."""
    async with signing_in(trial) as service:
        _configure(trial, service)
        async with trial.agent() as agent:
            begun = await _asked_about(agent, service)
            await agent.account.cancel(begun)
            trial.saw.equal(
                "whether the sign-in is said to have succeeded",
                expected=False,
                arrived=await agent.account.finished(begun),
                cause="is giving up taken for success?",
            )
            _answer(trial, service, begun, DeviceState.APPROVED)
            later = await _asked_about(agent, service)
            _answer(trial, service, later, DeviceState.DENIED)
            await agent.account.finished(later)
            await _nobody(trial, agent, "though the code is typed after all")


@check("auth.device-code.not-offered")
async def not_offered(trial: Trial) -> None:
    """Where the issuer has no device codes, the sign-in is refused at once, with an error."""
    async with signing_in(trial) as service:
        _configure(trial, service)
        service.script(Endpoint.DEVICE_CODE, Scripted(status=404))
        async with trial.agent() as agent:
            try:
                await agent.account.begin_device()
                refused = ""
            except Refused as error:
                refused = error.reply.message
            trial.saw.that(
                "a sign-in that the issuer does not offer",
                bool(refused),
                expected="an error that says so",
                arrived=refused or "it was begun",
                cause="is the user shown a code that is none?",
            )
