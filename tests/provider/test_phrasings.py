"""An intent is said in the tool that the request offers, or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from seatrial_provider import ProblemKind, Provider, reply, run_command
from seatrial_provider.ids import ItemIds
from seatrial_provider.phrase import InexpressibleError, phrase
from seatrial_provider.phrasings.registry import phrasings

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, JsonObject, Run, Send

    from seatrial_provider import Intent

IDS = ItemIds(reply_number=1, output_index=0)
PLAIN = run_command("touch 'a b'", workdir="/w")
ESCALATED = run_command("touch a", escalated=True, justification="must write")


def said(intent: Intent, *tools: JsonObject) -> Any:
    item = phrase(intent, tools=tools, ids=IDS).done()
    if item["type"] == "function_call":
        return item["name"], json.loads(item["arguments"])
    return item["type"], item["action"]


def test_every_file_in_the_folder_is_found() -> None:
    assert {phrasing.name for phrasing in phrasings()} == {
        "exec_command",
        "local_shell",
        "shell",
        "shell_command",
    }


@pytest.mark.parametrize(
    ("tool", "name", "arguments"),
    [
        ("exec_command", "exec_command", {"cmd": "touch 'a b'", "workdir": "/w"}),
        ("shell_command", "shell_command", {"command": "touch 'a b'", "workdir": "/w"}),
        ("shell", "shell", {"command": ["bash", "-lc", "touch 'a b'"], "workdir": "/w"}),
        (
            "local_shell",
            "local_shell_call",
            {
                "type": "exec",
                "command": ["bash", "-lc", "touch 'a b'"],
                "env": {},
                "working_directory": "/w",
            },
        ),
    ],
)
def test_a_plain_command(
    tool: str, name: str, arguments: JsonObject, tools: dict[str, JsonObject]
) -> None:
    assert said(PLAIN, tools[tool]) == (name, arguments)


@pytest.mark.parametrize(
    ("tool", "escalation"),
    [
        ("exec_command", {"sandbox_permissions": "require_escalated"}),
        ("shell_command", {"sandbox_permissions": "require_escalated"}),
        ("shell", {"with_escalated_permissions": True}),
    ],
)
def test_an_escalated_command(
    tool: str, escalation: JsonObject, tools: dict[str, JsonObject]
) -> None:
    _, arguments = said(ESCALATED, tools[tool])
    assert arguments.pop("justification") == "must write"
    assert len(arguments) == 2
    assert escalation.items() <= arguments.items()


def test_the_listed_parameter_decides_how_escalation_is_said(tools: dict[str, JsonObject]) -> None:
    for name in ("shell", "shell_command", "exec_command"):
        properties = tools[name]["parameters"]["properties"]
        before = said(ESCALATED, tools[name])[1]
        properties.pop("with_escalated_permissions", None)
        properties.pop("sandbox_permissions", None)
        other = "sandbox_permissions" if "with_escalated_permissions" in before else None
        properties[other or "with_escalated_permissions"] = {}
        after = said(ESCALATED, tools[name])[1]
        assert after.keys() ^ before.keys() == {
            "sandbox_permissions",
            "with_escalated_permissions",
        }


def test_the_first_offered_tool_that_can_say_it_is_taken(tools: dict[str, JsonObject]) -> None:
    offered = [{"type": "web_search"}, tools["local_shell"], tools["shell"]]
    assert said(run_command("true"), *offered)[0] == "local_shell_call"
    assert said(ESCALATED, *offered)[0] == "shell"


def without(tool: JsonObject, *names: str) -> JsonObject:
    for name in names:
        del tool["parameters"]["properties"][name]
    return tool


def test_what_a_tool_does_not_list_is_not_said(tools: dict[str, JsonObject]) -> None:
    cases: list[tuple[Intent, JsonObject, str]] = [
        (ESCALATED, without(tools["shell"], "with_escalated_permissions"), "escalated"),
        (PLAIN, without(tools["shell_command"], "workdir"), "'workdir'"),
        (ESCALATED, tools["local_shell"], "escalated"),
        (run_command("a", justification="b"), tools["local_shell"], "justification"),
        (PLAIN, {"type": "function", "name": "exec_command"}, "known shape"),
        (PLAIN, {"type": "function", "name": "shell", "parameters": {"properties": 3}}, "known"),
    ]
    for intent, tool, reason in cases:
        with pytest.raises(InexpressibleError) as raised:
            phrase(intent, tools=[tool], ids=IDS)
        assert reason in raised.value.reasons[0]


def test_an_enumeration_without_escalation_is_respected(tools: dict[str, JsonObject]) -> None:
    tool = tools["exec_command"]
    tool["parameters"]["properties"]["sandbox_permissions"]["enum"] = ["use_default"]
    with pytest.raises(InexpressibleError):
        phrase(ESCALATED, tools=[tool], ids=IDS)


def test_an_inexpressible_intent_is_untestable_and_answered_with_an_error(
    run: Run, send: Send, ask: Ask, tools: dict[str, JsonObject]
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(ESCALATED))
            body = ask(tools=[tools["local_shell"], {"type": "function", "name": "plan"}])
            wire = await send(f"{provider.base_url}/responses", body)
            assert wire.status == 400
            assert wire.json()["error"]["code"] == "untestable"
            assert wire.json()["error"]["param"] == "tools"
            (problem,) = provider.verify()
            assert problem.kind is ProblemKind.UNTESTABLE
            assert "run_command('touch a', escalated=True" in problem.expected
            assert "offered: local_shell, plan" in problem.arrived

    run(main())
