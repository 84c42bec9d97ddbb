"""Responders: what each sends, to which id, and when; and answering by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from seatrial.dialects import Decision
from seatrial.journal import Entry
from seatrial.responders import (
    RESPONDERS,
    WORDINGS,
    Effect,
    NoWords,
    Rule,
    answering,
    anything,
    asks,
    mentions,
    of_kind,
    wording_of,
)

if TYPE_CHECKING:
    from tests.harness.conftest import Connect, FakeServer, Run

    from seatrial.peer import Peer

COMMAND = "item/commandExecution/requestApproval"
AMENDABLE = {"proposedExecpolicyAmendment": ["make", "test"]}

PARAMS: dict[str, dict[str, Any]] = {
    "item/tool/requestUserInput": {
        "questions": [{"id": "colour", "options": [{"label": "red"}]}, {"id": "name"}]
    },
    "item/permissions/requestApproval": {"permissions": {"network": {"enabled": True}}},
    "mcpServer/elicitation/request": {
        "requestedSchema": {"type": "object", "properties": {"age": {"type": "integer"}}}
    },
}


def params_for(method: str, marked: str | None) -> dict[str, Any]:
    return {**PARAMS.get(method, {}), **({marked: "exec-approval"} if marked else {})}


async def ask(peer: Peer, server: FakeServer, method: str, params: Any) -> Entry:
    """Has the server ask under the id 7, and returns the request."""
    server.says(id=7, method=method, params=params)
    return await peer.wait_for(
        "the request", lambda entry: entry if entry.is_request(method) else None
    )


def sent(run: Run, connect: Connect, name: str, method: str, params: Any) -> list[dict[str, Any]]:
    """Returns what a responder sends about a request with the id 7."""

    async def main() -> list[dict[str, Any]]:
        async with connect() as (peer, server):
            since = peer.journal.end()
            entry = await ask(peer, server, method, params)
            RESPONDERS[name].answer(peer, entry)
            return [one.raw for one in peer.journal.since(since) if one is not entry]

    return run(main())


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda one: f"{one.method} {one.marked or ''}")
@pytest.mark.parametrize("name", RESPONDERS)
def test_every_responder_fits_every_request_or_says_why_not(
    run: Run, connect: Connect, wording: Any, name: str
) -> None:
    params = params_for(wording.method, wording.marked)
    decision = LACKING.get(name)
    if name == "amend" or (decision and decision not in wording.results):
        with pytest.raises(NoWords, match="cannot say everything"):
            sent(run, connect, name, wording.method, params)
        return
    answers = sent(run, connect, name, wording.method, params)
    assert bool(answers) == (name not in {"never", "late"})


LACKING = {"cancel": Decision.CANCEL, "accept-for-session": Decision.ACCEPT_FOR_SESSION}
"""The responders that say what not every request can be told."""


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("accept", {"decision": "accept"}),
        ("accept-for-session", {"decision": "acceptForSession"}),
        ("decline", {"decision": "decline"}),
        ("cancel", {"decision": "cancel"}),
        ("extra-member", {"decision": "accept", "x-seatrial": {"not": ["in", "any", "schema"]}}),
        ("result-null", None),
        ("result-empty", {}),
        ("result-true", True),
        ("result-in-list", [{"decision": "accept"}]),
        ("result-bare", "accept"),
        ("result-spoilt", {"decision": {"value": "accept"}}),
        ("decision-unknown", {"decision": "perhaps"}),
        ("decision-capitals", {"decision": "ACCEPT"}),
        ("decision-empty", {"decision": ""}),
    ],
)
def test_a_result_says_what_the_responder_is_named_for(
    run: Run, connect: Connect, name: str, result: Any
) -> None:
    assert sent(run, connect, name, COMMAND, {}) == [{"id": 7, "result": result}]


def test_an_amendment_is_the_one_that_was_offered(run: Run, connect: Connect) -> None:
    (answer,) = sent(run, connect, "amend", COMMAND, AMENDABLE)
    rule = {"execpolicy_amendment": ["make", "test"]}
    assert answer["result"] == {"decision": {"acceptWithExecpolicyAmendment": rule}}
    with pytest.raises(NoWords, match="cannot say everything"):
        sent(run, connect, "amend", COMMAND, {})


def test_an_error_is_an_error(run: Run, connect: Connect) -> None:
    (answer,) = sent(run, connect, "error", COMMAND, {})
    assert answer["error"]["code"] == -32000
    (answer,) = sent(run, connect, "method-not-found", COMMAND, {})
    assert answer["error"]["code"] == -32601


def test_two_answers_are_two_messages_with_one_id(run: Run, connect: Connect) -> None:
    assert sent(run, connect, "decline-then-accept", COMMAND, {}) == [
        {"id": 7, "result": {"decision": "decline"}},
        {"id": 7, "result": {"decision": "accept"}},
    ]


def test_an_answer_that_goes_astray_leaves_the_request_unanswered(
    run: Run, connect: Connect
) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            entry = await ask(peer, server, COMMAND, {})
            RESPONDERS["unknown-id"].answer(peer, entry)
            answer = await server.hears()
            assert answer["id"] not in (7, None)
            assert answer["result"] == {"decision": "accept"}
            assert list(peer.unanswered.values()) == [entry]
            RESPONDERS["accept"].answer(peer, entry)
            assert not peer.unanswered

    run(main())


def test_an_answer_that_is_held_is_sent_when_it_goes_on(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            entry = await ask(peer, server, COMMAND, {})
            late = RESPONDERS["late"].answer(peer, entry)
            before = late.held, list(peer.journal.since())
            late.go_on()
            late.go_on()
            after = late.held, list(peer.journal.since())
            assert before == (True, [entry])
            assert (await server.hears())["result"] == {"decision": "accept"}
            assert after == (False, [entry, peer.journal.entries[-1]])

    run(main())


def test_who_disconnects_closes_its_end(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            entry = await ask(peer, server, COMMAND, {})
            RESPONDERS["disconnect"].answer(peer, entry)
            assert await server.hears_line() is None
            assert not peer.gone
            assert peer.journal.entries[-1].text == "the client closed the connection"

    run(main())


def test_an_approval_by_elicitation_is_answered_in_the_core_s_words(
    run: Run, connect: Connect
) -> None:
    marked = {"codex_elicitation": "exec-approval"}
    (answer,) = sent(run, connect, "accept", "elicitation/create", marked)
    assert answer["result"] == {"decision": "approved"}


FORM = {
    "requestedSchema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 3},
            "mail": {"type": "string", "format": "email"},
            "age": {"type": "integer", "minimum": 18},
            "small": {"type": "number", "maximum": 0.5},
            "sure": {"type": "boolean"},
            "colour": {"type": "string", "enum": ["red", "blue"]},
            "size": {"type": "string", "oneOf": [{"const": "s", "title": "Small"}]},
            "tags": {"type": "array", "minItems": 2, "items": {"enum": ["a", "b", "c"]}},
            "set": {"type": "string", "default": "as it was"},
        },
    }
}


def test_a_form_is_filled_in_with_what_fits_it(run: Run, connect: Connect) -> None:
    (answer,) = sent(run, connect, "accept", "elicitation/create", FORM)
    assert answer["result"] == {
        "action": "accept",
        "content": {
            "name": "xxx",
            "mail": "someone@example.invalid",
            "age": 18,
            "small": 0.5,
            "sure": True,
            "colour": "red",
            "size": "s",
            "tags": ["a", "b"],
            "set": "as it was",
        },
    }


def test_a_spoilt_form_has_a_wrong_type_in_every_field(run: Run, connect: Connect) -> None:
    (answer,) = sent(run, connect, "result-spoilt", "elicitation/create", FORM)
    assert answer["result"]["action"] == "accept"
    assert set(map(str, answer["result"]["content"].values())) == {"[None]"}


def test_questions_are_answered_each_under_its_id(run: Run, connect: Connect) -> None:
    method = "item/tool/requestUserInput"
    (answer,) = sent(run, connect, "accept", method, PARAMS[method])
    assert answer["result"] == {
        "answers": {"colour": {"answers": ["red"]}, "name": {"answers": ["yes"]}}
    }


def test_permissions_are_granted_as_they_were_asked_for(run: Run, connect: Connect) -> None:
    method = "item/permissions/requestApproval"
    wanted = PARAMS[method]["permissions"]
    (turn,) = sent(run, connect, "accept", method, PARAMS[method])
    (session,) = sent(run, connect, "accept-for-session", method, PARAMS[method])
    (nothing,) = sent(run, connect, "decline", method, PARAMS[method])
    assert turn["result"] == {"permissions": wanted, "scope": "turn"}
    assert session["result"] == {"permissions": wanted, "scope": "session"}
    assert nothing["result"] == {"permissions": {}}


def test_a_request_that_nobody_knows_has_no_words(run: Run, connect: Connect) -> None:
    with pytest.raises(NoWords, match="no responder knows"):
        sent(run, connect, "accept", "item/unheardOf", {})
    assert sent(run, connect, "error", "item/unheardOf", {})[0]["error"]


def test_the_first_rule_that_fits_counts(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            rules = (
                Rule(when=mentions("rm -rf"), then=RESPONDERS["decline"]),
                Rule(when=asks(COMMAND), then=RESPONDERS["accept"]),
            )
            with answering(peer, *rules) as answered:
                server.says(id=1, method=COMMAND, params={"command": "rm -rf /"})
                server.says(id=2, method=COMMAND, params={"command": "ls"})
                server.says(id=3, method="other", params={})
                assert await server.hears() == {"id": 1, "result": {"decision": "decline"}}
                assert await server.hears() == {"id": 2, "result": {"decision": "accept"}}
            assert [one.entry.raw["id"] for one in answered] == [1, 2]
            assert [entry.raw["id"] for entry in peer.unanswered.values()] == [3]

    run(main())


def test_rules_hold_for_the_length_of_their_block(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            with answering(peer, Rule(when=anything, then=RESPONDERS["decline"])):
                pass
            entry = await ask(peer, server, COMMAND, {})
            await peer.wait_for("the request", lambda one: one if one is entry else None)
            assert list(peer.unanswered.values()) == [entry]

    run(main())


def test_a_rule_whose_responder_has_no_words_fails_its_block(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            with answering(peer, Rule(when=anything, then=RESPONDERS["cancel"])):
                server.says(id=1, method="item/tool/requestUserInput", params={"questions": []})
                server.says(method="after")
                await peer.wait_for(
                    "what comes after", lambda one: one if one.is_notification("after") else None
                )
                server.says(method="and/after")
                await peer.wait_for(
                    "more", lambda one: one if one.is_notification("and/after") else None
                )

    with pytest.raises(NoWords):
        run(main())


def test_the_registry_says_of_each_kind_what_is_to_come_of_it() -> None:
    assert {one.name for one in of_kind("twice")} == {"accept-twice", "decline-then-accept"}
    assert all(one.effect is Effect.REFUSAL for one in of_kind("wrong shape"))
    assert all(one.effect is Effect.REFUSAL for one in of_kind("unknown decision"))
    assert Decision.ACCEPT in wording_of_command().results


def wording_of_command() -> Any:
    return next(one for one in WORDINGS if one.method == COMMAND)


def test_only_a_request_has_a_wording(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, _):
            with pytest.raises(NoWords):
                wording_of(peer.notify("hello"))

    run(main())
