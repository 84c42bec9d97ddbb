"""Each invariant is broken once, is reported by its name, and can be switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from seatrial_provider import INVARIANTS, ProblemKind, Provider, reply, say
from seatrial_provider.invariants import breaches

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, JsonObject, Recorded, Run, Send


def call(call_id: Any = "c1", **members: Any) -> JsonObject:
    return {
        "type": "function_call",
        "name": "exec_command",
        "call_id": call_id,
        "arguments": "{}",
        **members,
    }


def output(call_id: Any = "c1", **members: Any) -> JsonObject:
    return {"type": "function_call_output", "call_id": call_id, "output": "ok", **members}


def message(role: Any, kind: str = "input_text", **members: Any) -> JsonObject:
    content = [{"type": kind, "text": "t"}]
    return {"type": "message", "role": role, "content": content, **members}


BROKEN: dict[str, list[list[JsonObject]]] = {
    "call-has-output": [
        [call()],
        [output(), call()],
        [call(), output(), output()],
        [call("a"), call("b"), output("a")],
        [{"type": "local_shell_call", "call_id": "c1"}],
    ],
    "output-has-call": [[output()], [output(), call()], [call("a"), output("a"), output("b")]],
    "call-ids-present": [[call(None)], [call(""), output()], [output(3)]],
    "call-ids-unique": [[call(), output(), call(), output()]],
    "item-ids-unique": [[message("user", id="m1"), message("user", id="m1")]],
    "call-tool-offered": [
        [call(name="shell"), output()],
        [call(namespace="agents"), output()],
    ],
    "message-roles": [
        [message("tool")],
        [message(None)],
        [message("user", "output_text")],
        [message("assistant", "input_text")],
    ],
}

SOUND: list[list[JsonObject]] = [
    [],
    [message("system"), message("developer"), message("user"), message("assistant", "refusal")],
    [{"role": "user", "content": "short form"}],
    [call("a"), call("b"), output("b"), output("a")],
    [call("a"), message("user"), output("a")],
    [call(name="spawn", namespace="agents"), output()],
    [{"type": "reasoning", "id": "r1", "summary": []}],
]

TOOLS = [
    {"type": "function", "name": "exec_command"},
    {"type": "namespace", "name": "agents", "tools": [{"type": "function", "name": "spawn"}]},
    {"type": "local_shell"},
]


@pytest.mark.parametrize(
    ("name", "items"),
    [(name, items) for name, cases in BROKEN.items() for items in cases],
)
def test_a_broken_invariant_is_named(
    name: str, items: list[JsonObject], recorded: Recorded
) -> None:
    request = recorded({"input": items, "tools": TOOLS})
    found = breaches(request, ignore=frozenset())
    assert name in {breach.invariant for breach in found}
    assert all(breach.expected and breach.arrived for breach in found)
    left = breaches(request, ignore=frozenset({name}))
    assert name not in {breach.invariant for breach in left}


@pytest.mark.parametrize("items", SOUND)
def test_a_sound_input_breaks_nothing(items: list[JsonObject], recorded: Recorded) -> None:
    assert breaches(recorded({"input": items, "tools": TOOLS}), ignore=frozenset()) == []


def test_the_output_of_a_local_shell_call_may_name_it_as_id(recorded: Recorded) -> None:
    items = [
        {"type": "local_shell_call", "id": "l1", "call_id": "c1"},
        {"type": "local_shell_call_output", "id": "c1", "output": "ok"},
    ]
    assert breaches(recorded({"input": items, "tools": TOOLS}), ignore=frozenset()) == []


def test_every_invariant_is_broken_here() -> None:
    assert BROKEN.keys() == INVARIANTS.keys()


def test_a_breach_is_a_problem_but_the_reply_is_given(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("still said")))
            wire = await send(f"{provider.base_url}/responses", ask(input=[call()]))
            assert wire.status == 200
            (problem,) = provider.verify()
            assert problem.kind is ProblemKind.INVARIANT
            assert "'call-has-output'" in problem.message
            assert "'c1' at position 0" in problem.expected

    run(main())


def test_a_breach_that_is_ignored_is_no_problem(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider(ignore={"call-has-output"}) as provider:
            provider.script(reply(say("said")))
            await send(f"{provider.base_url}/responses", ask(input=[call()]))
            assert provider.verify() == []

    run(main())
