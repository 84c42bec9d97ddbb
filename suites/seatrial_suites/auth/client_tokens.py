"""Tokens that the client owns: the server asks it for new ones, and takes no others."""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial.peer import Refused
from seatrial.responders import Error, Hold
from seatrial_provider import reply, say
from seatrial_provider.signin import Account
from seatrial_suites.auth.scenes import bearer, credentials, signing_in
from seatrial_suites.auth.token_owner import (
    BOUND,
    SHORT,
    AsTold,
    Gives,
    as_client,
    client,
    configure,
    failed,
    signed_in,
    stale_turn,
)

__all__ = ["another_workspace", "client_tokens", "interrupted", "late", "wrong_answers"]


@check("auth.external-tokens")
async def client_tokens(trial: Trial) -> None:
    """The client is asked after a 401, and the turn goes on with what it gives."""
    async with signing_in(trial) as service:
        configure(trial, service)
        async with trial.agent() as agent:
            talk = await signed_in(trial, agent, service)
            fresh, owner = service.tokens(), agent.account.owner
            trial.model(reply(say("done")))
            with client(agent, Gives(owner.given(as_client(fresh)))) as answered:
                end = await (await talk.send("hello")).end()
            trial.saw.equal(
                "whose new tokens the client was asked for",
                expected={fresh.account.account_id},
                arrived={owner.previous(one.entry) for one in answered},
                cause="is the 401 passed on, or does the request name no workspace?",
            )
            trial.saw.equal("how the turn ended", expected="completed", arrived=end.status)
        carried = [bearer(request) for request in trial.provider.requests]
        trial.saw.equal(
            "whether the model was asked with the new bearer",
            expected=[True],
            arrived=[one == fresh.access_token for one in carried],
            cause="is the turn ended, and the user left to repeat it?",
        )
        trial.saw.that(
            "what is stored of the tokens",
            not credentials(trial).exists(),
            expected="nothing: they are the client's",
            arrived="a file" if credentials(trial).exists() else "nothing",
            cause="is this sign-in kept like one of the server's own?",
        )


@check("auth.external-tokens.wrong")
async def wrong_answers(trial: Trial) -> None:
    """An error or an answer without tokens fails the turn; the next one asks again."""
    async with signing_in(trial) as service:
        configure(trial, service)
        async with trial.agent() as agent:
            talk = await signed_in(trial, agent, service)
            given = agent.account.owner.given(as_client(service.tokens()))
            wrong = {
                "an error": Error(),
                "nothing": Gives(None),
                "a number": Gives(dict.fromkeys(given, 7)),
            }
            told = AsTold(Error())
            with client(agent, told) as answered:
                for answer, told.step in wrong.items():
                    failed(trial, await stale_turn(trial, talk, answered), answer)
                told.step = Gives(given)
                trial.model(reply(say("done")))
                end = await (await talk.send("once more")).end()
            trial.saw.equal(
                "how the next turn ended, whose client gave new tokens",
                expected="completed",
                arrived=end.status,
                cause="is the sign-in given up after one wrong answer?",
            )


@check("auth.external-tokens.late")
async def late(trial: Trial) -> None:
    """A client that does not answer in time fails the turn; its answer later does no harm."""
    async with signing_in(trial) as service:
        configure(trial, service, patience=SHORT)
        async with trial.agent() as agent:
            talk = await signed_in(trial, agent, service)
            given = agent.account.owner.given(as_client(service.tokens()))
            with client(agent, Hold(), Gives(given)) as answered:
                failed(trial, await stale_turn(trial, talk, answered), "no answer")
                for one in answered:
                    one.go_on()
            await agent.fence()
            fresh = service.tokens()
            await agent.account.owner.sign_in(as_client(fresh))
            trial.model(reply(say("done")))
            end = await (await talk.send("once more")).end()
            trial.saw.equal(
                "how the next turn ended, once the client had signed in again",
                expected="completed",
                arrived=end.status,
                cause="does the conversation keep what it began with, or wait for ever?",
            )


@check("auth.external-tokens.interrupt")
async def interrupted(trial: Trial) -> None:
    """A turn that waits for the client's tokens is interrupted at once, and not failed later."""
    async with signing_in(trial) as service:
        configure(trial, service)
        async with trial.agent() as agent:
            talk = await signed_in(trial, agent, service)
            ask, given = agent.account.owner.ask, as_client(service.tokens())
            with client(agent, Hold(), Gives(agent.account.owner.given(given))) as answered:
                turn = await talk.send("hello")
                await agent.peer.wait_for(ask, lambda entry: entry.is_request(ask) or None)
                await turn.interrupt()
                end = await turn.end(timeout=BOUND)
                trial.saw.equal(
                    "how the turn ended that was interrupted while the client was asked",
                    expected="interrupted",
                    arrived=end.status,
                    cause="does it wait for the client all the same?",
                )
                for one in answered:
                    one.go_on()
            await agent.fence()


@check("auth.external-tokens.workspace")
async def another_workspace(trial: Trial) -> None:
    """Where a workspace is forced, tokens of another one are taken neither first nor later."""
    async with signing_in(trial) as service:
        trial.configure("auth.forced-workspace", workspace=service.account.account_id)
        configure(trial, service)
        async with trial.agent() as agent:
            owner = agent.account.owner
            other = service.tokens(Account(email="eve@example.com", account_id="account-999"))
            try:
                await owner.sign_in(as_client(other))
                refused = ""
            except Refused as error:
                refused = error.reply.message
            _says_workspace(trial, "a sign-in to another workspace", refused or "it was taken")
            talk = await signed_in(trial, agent, service)
            strange = service.tokens(Account(email="eve@example.com", account_id="account-999"))
            with client(agent, Gives(owner.given(as_client(strange)))) as answered:
                end = await stale_turn(trial, talk, answered)
            failed(trial, end, "tokens of another workspace")
            _says_workspace(trial, "the turn whose bearer is of another one", end.error or "none")


def _says_workspace(trial: Trial, what: str, said: str) -> None:
    trial.saw.that(
        f"the error of {what}",
        "workspace" in said.lower(),
        expected="a sentence about the workspace",
        arrived=said,
        cause="is forced_chatgpt_workspace_id read here?",
    )
