"""Commands, and input to them, are said in the tool that a release offers."""

from __future__ import annotations

import json

import pytest
from tests.provider.intents.saying import (
    CODE_MODE,
    LOCAL_SHELL,
    OFFERED,
    SHELL,
    SHELL_COMMAND,
    UNIFIED,
    JsonObject,
    function,
    said,
)

from seatrial_provider import (
    Permissions,
    run_command,
    send_input,
)
from seatrial_provider.phrase import InexpressibleError


@pytest.mark.parametrize(
    ("release", "item"),
    [
        (SHELL, function("shell", command=["bash", "-lc", "ls"], workdir="/w")),
        (SHELL_COMMAND, function("shell_command", command="ls", workdir="/w")),
        (UNIFIED, function("exec_command", cmd="ls", workdir="/w")),
        ("codex 0.98.0", function("exec_command", cmd="ls", workdir="/w")),
        ("codex 0.163.0", function("exec_command", cmd="ls", workdir="/w")),
        (
            LOCAL_SHELL,
            {
                "type": "local_shell_call",
                "action": {
                    "type": "exec",
                    "command": ["bash", "-lc", "ls"],
                    "env": {},
                    "working_directory": "/w",
                },
            },
        ),
        (
            CODE_MODE,
            {
                "type": "custom_tool_call",
                "namespace": "functions",
                "name": "exec",
                "input": 'const result = await tools.exec_command({"cmd": "ls", '
                '"workdir": "/w"});\n'
                "if (result && result.image_url) image(result); else text(result);\n",
            },
        ),
    ],
)
def test_a_command(release: str, item: JsonObject) -> None:
    assert said(run_command("ls", workdir="/w"), OFFERED[release]) == item


def test_a_command_in_the_built_in_shell() -> None:
    action = {"commands": ["ls"], "timeout_ms": 5, "max_output_length": None}
    item = said(run_command("ls", timeout_ms=5), [{"type": "shell"}])
    assert (item["type"], item["action"]) == ("shell_call", action)


@pytest.mark.parametrize(
    ("release", "escalation"),
    [
        (SHELL, {"with_escalated_permissions": True}),
        (SHELL_COMMAND, {"with_escalated_permissions": True}),
        (UNIFIED, {"with_escalated_permissions": True}),
        ("codex 0.98.0", {"sandbox_permissions": "require_escalated"}),
        ("codex 0.163.0", {"sandbox_permissions": "require_escalated"}),
    ],
)
def test_an_escalated_command(release: str, escalation: JsonObject) -> None:
    intent = run_command("ls", escalated=True, justification="why")
    arguments = said(intent, OFFERED[release])["arguments"]
    assert arguments.pop("justification") == "why"
    arguments.pop("cmd", arguments.pop("command", None))
    assert arguments == escalation


def test_all_that_a_command_can_ask_for() -> None:
    intent = run_command(
        "ls",
        tty=True,
        yield_time_ms=250,
        prefix_rule=["ls"],
        permissions=Permissions(write=["/a"], network=True),
    )
    assert said(intent, OFFERED["codex 0.163.0"]) == function(
        "exec_command",
        cmd="ls",
        sandbox_permissions="with_additional_permissions",
        additional_permissions={"file_system": {"write": ["/a"]}, "network": {"enabled": True}},
        prefix_rule=["ls"],
        tty=True,
        yield_time_ms=250,
    )


@pytest.mark.parametrize(
    ("release", "output"),
    [
        ("codex 0.163.0", "Process running with session ID 42\nOutput:\n"),
        (CODE_MODE, [{"type": "input_text", "text": '{"session_id":42,"output":""}'}]),
    ],
)
def test_input_goes_to_the_session_that_the_output_of_the_command_named(
    release: str, output: object
) -> None:
    earlier = {"type": "function_call_output", "call_id": "long", "output": output}
    item = said(send_input("long", "y\n"), OFFERED[release], [earlier])
    given = item.get("arguments") or item["input"]
    wanted = {"session_id": 42, "chars": "y\n"}
    assert given == wanted or json.dumps(wanted) in given


def test_input_to_a_command_that_has_ended_is_untestable() -> None:
    earlier = {"type": "function_call_output", "call_id": "long", "output": "exited with code 0"}
    with pytest.raises(InexpressibleError) as raised:
        said(send_input("long", "y"), OFFERED["codex 0.163.0"], [earlier])
    assert raised.value.reasons == ("write_stdin: the output of the call 'long' names no session",)
