"""Signing in with an API key, and out again."""

from __future__ import annotations

import stat

from seatrial.conformance import Trial, check
from seatrial.dialects import Account, Method
from seatrial.peer import Refused
from seatrial.servers import Setup
from seatrial_suites.auth.scenes import (
    KEY,
    asked_by,
    bearer,
    conversation,
    credentials,
    keep_secret,
    signing_in,
    store,
)

__all__ = ["forced_method", "login", "logout", "status"]


@check("auth.status")
async def status(trial: Trial) -> None:
    """None, a key or ChatGPT, as it was signed in; the token only where it is asked for."""
    keep_secret(trial, KEY)
    async with trial.agent() as agent:
        await agent.account.sign_in_with_key(KEY)
        free = await agent.account.status(token=True)
        trial.saw.equal(
            "the status where the provider needs no sign-in",
            expected=(Method.NONE, None, False),
            arrived=(free.method, free.token, free.required),
            cause="is the stored key told, though it is nobody's business here?",
        )
    credentials(trial).unlink(missing_ok=True)
    trial.configure("auth")
    async with trial.agent() as agent:
        before = await agent.account.status(token=True)
        trial.saw.equal(
            "the status before anybody signs in",
            expected=(Method.NONE, None, True),
            arrived=(before.method, before.token, before.required),
            cause="is somebody taken to be signed in, or the provider for one that needs it not?",
        )
        await agent.account.sign_in_with_key(KEY)
        await _look(trial, agent.account, Method.API_KEY, KEY)
    async with signing_in(trial) as service:
        tokens = service.tokens()
        store(trial, tokens)
        async with trial.agent() as agent:
            await _look(trial, agent.account, Method.CHATGPT, tokens.access_token)


async def _look(trial: Trial, account: Account, method: Method, token: str) -> None:
    """Looks at the status of one way of being signed in."""
    plain, whole = await account.status(), await account.status(token=True)
    trial.saw.equal(
        f"the status when {method.value}",
        expected=(method, True),
        arrived=(plain.method, plain.required),
        cause="is the stored sign-in read, and told apart from others?",
    )
    trial.saw.that(
        f"the token when {method.value} and nobody asks for it",
        plain.token is None,
        expected="none",
        arrived="none" if plain.token is None else "a token",
        cause="is includeToken looked at?",
    )
    trial.saw.that(
        f"the token when {method.value} and it is asked for",
        whole.token == token,
        expected="that of the sign-in",
        arrived="none" if whole.token is None else "another" if whole.token != token else "it",
        cause="is another token told than the one that requests carry?",
    )


@check("auth.api-key.login")
async def login(trial: Trial) -> None:
    """Signed in with a key: stored so that nobody else can read it, notified, and used."""
    keep_secret(trial, KEY)
    trial.configure("auth")
    async with trial.agent() as agent:
        await agent.account.sign_in_with_key(KEY)
        await agent.fence()
        file = credentials(trial)
        trial.saw.that(
            "the file that the sign-in is kept in",
            file.exists() and KEY in file.read_text("utf-8"),
            expected=f"{file.name} in the home, with the key in it",
            arrived="no such file" if not file.exists() else "a file without the key",
            cause="is it kept in memory only, so that the next start knows nothing of it?",
        )
        if file.exists():
            trial.saw.equal(
                "who may read the file",
                expected="0o600",
                arrived=oct(stat.S_IMODE(file.stat().st_mode)),
                cause="is it created with the usual permissions?",
            )
        request, _ = await asked_by(trial, await conversation(agent, trial))
        trial.saw.that(
            "the bearer of the next request to the model",
            bearer(request) == KEY,
            expected="the key",
            arrived="none" if bearer(request) is None else "another",
            cause="does a conversation read the sign-in before it was made?",
        )
        trial.saw.equal(
            "the states that the client was notified of by the end of the next turn",
            expected=[Method.API_KEY],
            arrived=agent.account.changes(),
            cause="does a client that did not ask for it itself ever learn of it?",
        )


@check("auth.api-key.logout")
async def logout(trial: Trial) -> None:
    """Signed out: what was stored is gone, it is notified, and the key is used no more."""
    keep_secret(trial, KEY)
    trial.configure("auth")
    async with trial.agent() as agent:
        await agent.account.sign_in_with_key(KEY)
        await agent.account.sign_out()
        await agent.fence()
        file = credentials(trial)
        trial.saw.that(
            "what is left of the sign-in in the home",
            not file.exists() or KEY not in file.read_text("utf-8"),
            expected="nothing",
            arrived=f"the key, in {file.name}" if file.exists() else "nothing",
            cause="is it only forgotten, and not removed?",
        )
        trial.saw.equal(
            "the status afterwards",
            expected=Method.NONE,
            arrived=(await agent.account.status()).method,
            cause="is the sign-in still held in memory?",
        )
        request, _ = await asked_by(trial, await conversation(agent, trial))
        trial.saw.that(
            "the bearer of the next request to the model",
            bearer(request) is None,
            expected="none",
            arrived="none" if bearer(request) is None else "one",
            cause="does a new conversation use what was signed out?",
        )
        trial.saw.equal(
            "the last state that the client was notified of by the end of the next turn",
            expected=[Method.NONE],
            arrived=agent.account.changes()[-1:],
            cause="is signing out not notified?",
        )


@check("auth.forced-method")
async def forced_method(trial: Trial) -> None:
    """Where one way is forced, the other is refused, and nothing is stored."""
    keep_secret(trial, KEY)
    trial.configure("auth")
    trial.configure("auth.forced-method", method="chatgpt")
    async with trial.agent() as agent:
        try:
            await agent.account.sign_in_with_key(KEY)
            refused = ""
        except Refused as error:
            refused = error.reply.message
        trial.saw.that(
            "a key where ChatGPT is forced",
            "disabled" in refused and "ChatGPT" in refused,
            expected="an error that says which way is disabled, and which is not",
            arrived=refused or "it was taken",
            cause="is forced_login_method read?",
        )
        trial.saw.that(
            "what is stored after the refusal",
            not credentials(trial).exists(),
            expected="nothing",
            arrived="a file" if credentials(trial).exists() else "nothing",
            cause="is it stored before it is looked at?",
        )
    trial.setup = Setup()
    trial.configure("auth")
    trial.configure("auth.forced-method", method="api")
    async with trial.agent() as agent:
        try:
            begun = await agent.account.begin()
            refused = ""
            await agent.account.cancel(begun)
        except Refused as error:
            refused = error.reply.message
        trial.saw.that(
            "ChatGPT where a key is forced",
            "disabled" in refused and "API key" in refused,
            expected="an error that says which way is disabled, and which is not",
            arrived=refused or "it was begun",
            cause="is forced_login_method read for the browser's way, too?",
        )
