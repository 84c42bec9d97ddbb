"""Each invariant is broken in its own ways, is reported by its name, and can be switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from seatrial_provider import INVARIANTS, ProblemKind, Provider, reply, say
from seatrial_provider.invariants import breaches

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, JsonObject, Recorded, Run, Send

    from seatrial_provider import RecordedRequest

JSON = {"content-type": "application/json"}
EVERYTHING: frozenset[str] = frozenset()


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


SEARCH: JsonObject = {"type": "tool_search_call", "call_id": "s1", "execution": "client"}
FOUND: JsonObject = {"type": "tool_search_output", "call_id": "s1", "tools": []}

BROKEN: dict[str, list[list[JsonObject]]] = {
    "call-has-output": [
        [call()],
        [output(), call()],
        [call(), output(), output()],
        [call("a"), call("b"), output("a")],
        [{"type": "local_shell_call", "call_id": "c1"}],
        [SEARCH],
        [{"type": "shell_call", "call_id": "c1"}],
    ],
    "output-has-call": [[output()], [output(), call()], [call("a"), output("a"), output("b")]],
    "output-fits-call": [
        [call(), output(type="custom_tool_call_output")],
        [call(type="custom_tool_call"), output()],
        [SEARCH, output("s1")],
        [{"type": "shell_call", "call_id": "c1"}, output()],
        [{"type": "apply_patch_call", "call_id": "c1"}, output(type="shell_call_output")],
    ],
    "output-present": [
        [call(), output(output=None)],
        [call(), output(output={"text": "ok"})],
        [SEARCH, {**FOUND, "tools": None}],
    ],
    "call-ids-present": [[call(None)], [call(""), output()], [output(3)]],
    "call-ids-unique": [[call(), output(), call(), output()]],
    "item-ids-unique": [[message("user", id="m1"), message("user", id="m1")]],
    "call-tool-offered": [
        [call(name="unheard of"), output()],
        [call(namespace="agents"), output()],
    ],
    "message-roles": [
        [message("tool")],
        [message(None)],
        [message("user", "output_text")],
        [message("assistant", "input_text")],
    ],
}

BROKEN_BESIDE: dict[str, list[tuple[JsonObject, dict[str, str]]]] = {
    "tool-names-unique": [({"tools": [{"type": "function", "name": "a"}] * 2}, JSON)],
    "content-type": [({}, {}), ({}, {"content-type": "text/plain"})],
    "accept": [({}, {**JSON, "accept": "text/html, image/*"})],
    "model-named": [({"model": None}, JSON), ({"model": ""}, JSON), ({"model": 7}, JSON)],
}

SOUND: list[list[JsonObject]] = [
    [],
    [message("system"), message("developer"), message("user"), message("assistant", "refusal")],
    [{"role": "user", "content": "short form"}],
    [call("a"), call("b"), output("b"), output("a")],
    [call("a"), message("user"), output("a")],
    [call("a"), output("a", output=[])],
    [call(name="spawn", namespace="agents"), output()],
    [call(type="custom_tool_call"), output(type="custom_tool_call_output")],
    [{"type": "local_shell_call", "call_id": "c1"}, output()],
    [{"type": "shell_call", "call_id": "c1"}, output(type="shell_call_output", output=[])],
    [
        {"type": "apply_patch_call", "call_id": "c1"},
        {"type": "apply_patch_call_output", "call_id": "c1", "status": "failed"},
    ],
    [{"type": "reasoning", "id": "r1", "summary": []}],
    [SEARCH, FOUND],
    [{**SEARCH, "execution": "server", "call_id": None}],
]

SOUND_HEADERS = [
    JSON,
    {"content-type": "Application/JSON; charset=utf-8"},
    {**JSON, "accept": "application/json"},
    {**JSON, "accept": "text/html;q=0.1, text/event-stream"},
    {**JSON, "accept": "*/*"},
    {**JSON, "accept": "application/*"},
    {**JSON, "accept": "text/*"},
]

TOOLS = [
    {"type": "function", "name": "exec_command"},
    {"type": "namespace", "name": "agents", "tools": [{"type": "function", "name": "spawn"}]},
    {"type": "local_shell"},
    {"type": "shell"},
    {"type": "apply_patch"},
    {"type": "tool_search"},
]


def asked(
    recorded: Recorded,
    members: JsonObject | None = None,
    headers: dict[str, str] | None = None,
    **fields: Any,
) -> RecordedRequest:
    body = {"model": "mock", "input": [], "tools": TOOLS, **(members or {})}
    return recorded(body, headers=JSON if headers is None else headers, **fields)


def named(request: RecordedRequest, ignore: frozenset[str] = EVERYTHING) -> set[str]:
    found = breaches(request, ignore=ignore)
    assert all(breach.expected and breach.arrived for breach in found)
    return {breach.invariant for breach in found}


@pytest.mark.parametrize(
    ("name", "items"),
    [(name, items) for name, cases in BROKEN.items() for items in cases],
)
def test_a_conversation_that_breaks_an_invariant_is_named(
    name: str, items: list[JsonObject], recorded: Recorded
) -> None:
    request = asked(recorded, {"input": items})
    assert name in named(request)
    assert name not in named(request, frozenset({name}))


@pytest.mark.parametrize(
    ("name", "members", "headers"),
    [(name, *case) for name, cases in BROKEN_BESIDE.items() for case in cases],
)
def test_a_request_that_breaks_an_invariant_beside_its_conversation_is_named(
    name: str, members: JsonObject, headers: dict[str, str], recorded: Recorded
) -> None:
    request = asked(recorded, members, headers)
    assert named(request) == {name}
    assert named(request, frozenset({name})) == set()


@pytest.mark.parametrize("items", SOUND)
def test_a_sound_input_breaks_nothing(items: list[JsonObject], recorded: Recorded) -> None:
    assert named(asked(recorded, {"input": items})) == set()


@pytest.mark.parametrize("headers", SOUND_HEADERS)
def test_sound_headers_break_nothing(headers: dict[str, str], recorded: Recorded) -> None:
    assert named(asked(recorded, headers=headers)) == set()


def test_the_output_of_a_local_shell_call_may_name_it_as_id(recorded: Recorded) -> None:
    items = [
        {"type": "local_shell_call", "id": "l1", "call_id": "c1"},
        {"type": "local_shell_call_output", "id": "c1", "output": "ok"},
    ]
    assert named(asked(recorded, {"input": items})) == set()


def test_an_output_whose_call_the_provider_kept_has_its_call(recorded: Recorded) -> None:
    alone = {"input": [output()], "previous_response_id": "resp_0001"}
    assert named(asked(recorded, alone)) == {"output-has-call"}
    assert named(asked(recorded, alone, earlier=[call()])) == set()


CHAT_TOOL: JsonObject = {"type": "function", "function": {"name": "exec_command"}}
CHAT_CALL: JsonObject = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {
            "id": "c1",
            "type": "function",
            "function": {"name": "exec_command", "arguments": "{}"},
        }
    ],
}
CHAT_OUTPUT: JsonObject = {"role": "tool", "tool_call_id": "c1", "content": "ok"}


@pytest.mark.parametrize(
    ("messages", "broken"),
    [
        ([CHAT_CALL, CHAT_OUTPUT], set()),
        ([CHAT_CALL], {"call-has-output"}),
        ([CHAT_OUTPUT], {"output-has-call"}),
        ([CHAT_OUTPUT, CHAT_CALL], {"call-has-output", "output-has-call"}),
        ([CHAT_CALL, CHAT_OUTPUT, CHAT_OUTPUT], {"call-has-output"}),
    ],
)
def test_chat_requests_are_held_to_the_same(
    messages: list[JsonObject], broken: set[str], recorded: Recorded
) -> None:
    body = {"model": "mock", "messages": messages, "tools": [CHAT_TOOL]}
    assert named(recorded(body, headers=JSON, path="/v1/chat/completions")) == broken


def test_every_invariant_is_broken_here_and_has_words() -> None:
    assert BROKEN.keys() | BROKEN_BESIDE.keys() == INVARIANTS.keys()
    assert all(invariant.holds.endswith(".") for invariant in INVARIANTS.values())


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
