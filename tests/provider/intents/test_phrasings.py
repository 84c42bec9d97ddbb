"""An intent is said in the tool that the request offers, or not at all.

The tools are those that real releases were seen to offer: `docs/offered-tools.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial_provider import (
    Intent,
    Option,
    Permissions,
    PlanStep,
    Question,
    add_file,
    ask_user,
    call_mcp_tool,
    call_tool,
    change_files,
    delete_file,
    message_agent,
    refuse,
    request_permissions,
    run_command,
    say,
    search_tools,
    search_web,
    send_input,
    spawn_agent,
    think,
    update_file,
    update_plan,
    view_image,
    wait_for_agents,
)
from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import INTENTS, Replay
from seatrial_provider.phrase import InexpressibleError, phrase
from seatrial_provider.phrasings.code_mode import declared
from seatrial_provider.phrasings.registry import phrasings, phrasings_by_intent
from seatrial_provider.responses.items import OutputItem, VerbatimEvent

JsonObject = dict[str, Any]
IDS = ItemIds(reply_number=1, output_index=0)
ROOT = Path(__file__).resolve().parents[3]
OFFERED: dict[str, list[JsonObject]] = json.loads(
    (ROOT / "docs" / "offered-tools.json").read_text("utf-8")
)
SHELL, UNIFIED = "codex 0.65.0", "codex 0.65.0, unified_exec"
SHELL_COMMAND, LOCAL_SHELL = "codex 0.65.0, gpt-5.1-codex", "codex 0.65.0, codex-mini-latest"
CODE_MODE = "codex 0.163.0, gpt-6-sol"
PATCH = "*** Begin Patch\n*** Add File: a\n+b\n*** End Patch\n"
ADD = change_files([add_file("a", "b")])


def item_of(
    intent: Intent, tools: Sequence[JsonObject], conversation: Sequence[JsonObject] = ()
) -> OutputItem:
    item = phrase(intent, tools=tools, ids=IDS, conversation=conversation)
    assert not isinstance(item, VerbatimEvent)
    return item


def said(
    intent: Intent, tools: Sequence[JsonObject], conversation: Sequence[JsonObject] = ()
) -> JsonObject:
    """Returns the item in short: its type, and what the tool is given."""
    item = item_of(intent, tools, conversation).done()
    for name in ("id", "status", "call_id", "execution"):
        item.pop(name, None)
    if "arguments" in item and isinstance(item["arguments"], str):
        item["arguments"] = json.loads(item["arguments"])
    return item


def function(name: str, namespace: str | None = None, **arguments: Any) -> JsonObject:
    call = {"type": "function_call", "name": name, "arguments": arguments}
    return call | ({"namespace": namespace} if namespace else {})


def reasons(intent: Intent, tools: Sequence[JsonObject]) -> str:
    with pytest.raises(InexpressibleError) as raised:
        phrase(intent, tools=tools, ids=IDS)
    return "; ".join(raised.value.reasons)


def tool(release: str, name: str) -> JsonObject:
    return deepcopy(next(one for one in OFFERED[release] if one.get("name") == name))


def test_every_intent_has_a_phrasing() -> None:
    # A recorded answer is not phrased: it is the whole answer.
    assert set(phrasings_by_intent()) == set(INTENTS.values()) - {Replay}


def test_every_phrasing_is_in_the_folder_of_its_intent() -> None:
    for module, phrasing in phrasings().items():
        assert module.split(".")[-2] == phrasing.intent.spelled()


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


def without(given: JsonObject, *names: str) -> JsonObject:
    for name in names:
        del given["parameters"]["properties"][name]
    return given


@pytest.mark.parametrize(
    ("intent", "offered", "reason"),
    [
        (run_command("a", escalated=True), [{"type": "local_shell"}], "no words for escalated"),
        (run_command("a", justification="b"), [{"type": "local_shell"}], "no words for justific"),
        (run_command("a", tty=True), OFFERED[SHELL], "shell: its parameters list no 'tty'"),
        (run_command("a", timeout_ms=1), OFFERED["codex 0.98.0"], "list no 'timeout_ms'"),
        (
            run_command("a", escalated=True),
            [without(tool(SHELL, "shell"), "with_escalated_permissions")],
            "no way to ask for escalated",
        ),
        (
            run_command("a", permissions=Permissions(network=True)),
            OFFERED["codex 0.98.0"],
            "list no 'additional_permissions'",
        ),
        (run_command("a"), [{"type": "function", "name": "exec_command"}], "of a known shape"),
        (run_command("a"), [{"type": "custom", "name": "exec"}], "of a known shape"),
        (
            run_command("a"),
            [{"type": "function", "name": "shell", "parameters": {"properties": 3}}],
            "of a known shape (exec_command, local_shell, shell, shell (built in), shell_command)",
        ),
        (view_image("a", detail="high"), OFFERED["codex 0.163.0"], "list no 'detail'"),
        (send_input("b", "c"), OFFERED["codex 0.163.0"], "no output of the call 'b'"),
        (call_tool("nope"), OFFERED["codex 0.163.0"], "of a known shape"),
        (call_tool("apply_patch", {}), OFFERED["codex 0.98.0"], "a text and not an object"),
        (search_tools("a"), [{"type": "tool_search"}], "the API does the search itself"),
        (search_web("a"), OFFERED[LOCAL_SHELL], "of a known shape (web_search)"),
        (ADD, [{"type": "web_search"}], "apply_patch (custom)"),
        (
            change_files([add_file("a", "b"), delete_file("c")]),
            [{"type": "apply_patch"}],
            "apply_patch (built in): it takes one change a call",
        ),
    ],
)
def test_what_no_offered_tool_can_say_is_not_said(
    intent: Intent, offered: Sequence[JsonObject], reason: str
) -> None:
    assert reason in reasons(intent, offered)


def test_a_value_that_a_tool_does_not_take_is_not_said() -> None:
    only = tool("codex 0.163.0", "exec_command")
    only["parameters"]["properties"]["sandbox_permissions"]["enum"] = ["use_default"]
    found = reasons(run_command("a", escalated=True), [only])
    assert "takes ['use_default'], and not 'require_escalated'" in found


def test_the_first_offered_tool_that_can_say_it_is_taken() -> None:
    offered = [{"type": "web_search"}, {"type": "local_shell"}, tool(SHELL, "shell")]
    assert said(run_command("true"), offered)["type"] == "local_shell_call"
    assert said(run_command("true", escalated=True), offered)["name"] == "shell"


def test_a_tool_is_called_by_a_program_only_if_it_is_not_offered_itself() -> None:
    offered = [*OFFERED[CODE_MODE], *OFFERED["codex 0.163.0"]]
    assert said(run_command("ls"), offered)["type"] == "function_call"


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


def test_in_code_mode_the_members_of_an_object_are_no_arguments_of_their_own() -> None:
    functions, _ = OFFERED[CODE_MODE]
    program = functions["tools"][0]
    tools = {one["name"]: one.get("parameters", {}).get("properties") for one in declared(program)}
    assert tools["apply_patch"] is None
    assert tools["view_image"] == {
        "detail": {"type": "string", "enum": ["high", "original"]},
        "path": {"type": "string"},
    }
    assert tools["exec_command"]["additional_permissions"] == {"type": "object"}
    assert tools["exec_command"]["prefix_rule"] == {"type": "array"}
    assert "network" not in tools["exec_command"]


@settings(deadline=None)
@given(st.text(alphabet='{}():;"|? abargsinput\n', max_size=200))
def test_any_description_of_a_tool_can_be_read(text: str) -> None:
    text = f"declare const tools: {{ a(args: {text}): Promise<unknown>; }};\n{text}"
    for tool in declared({"type": "custom", "name": "exec", "description": text}):
        assert tool["type"] in {"function", "custom"}


def test_input_to_a_command_that_has_ended_is_untestable() -> None:
    earlier = {"type": "function_call_output", "call_id": "long", "output": "exited with code 0"}
    with pytest.raises(InexpressibleError) as raised:
        said(send_input("long", "y"), OFFERED["codex 0.163.0"], [earlier])
    assert raised.value.reasons == ("write_stdin: the output of the call 'long' names no session",)


@pytest.mark.parametrize(
    ("release", "namespace", "spawned", "messaged", "waited"),
    [
        (
            "codex 0.98.0",
            None,
            function("spawn_agent", message="do"),
            function("send_input", id="x1", message="more"),
            function("wait", ids=["x1"], timeout_ms=5),
        ),
        (
            "codex 0.130.0",
            None,
            function("spawn_agent", message="do"),
            function("send_input", target="x1", message="more"),
            function("wait_agent", targets=["x1"], timeout_ms=5),
        ),
        (
            "codex 0.163.0",
            "multi_agent_v1",
            function("spawn_agent", message="do"),
            function("send_input", target="x1", message="more"),
            function("wait_agent", targets=["x1"], timeout_ms=5),
        ),
        (
            "codex 0.163.0, multi_agent_v2",
            "collaboration",
            function("spawn_agent", message="do", task_name="task_0001_0"),
            function("followup_task", target="x1", message="more"),
            function("wait_agent", timeout_ms=5),
        ),
    ],
)
def test_an_agent(
    release: str,
    namespace: str | None,
    spawned: JsonObject,
    messaged: JsonObject,
    waited: JsonObject,
) -> None:
    key = "task_name" if release.endswith("v2") else "agent_id"
    started = {"type": "function_call_output", "call_id": "a", "output": f'{{"{key}":"x1"}}'}
    within = {} if namespace is None else {"namespace": namespace}
    intents = (spawn_agent("do"), message_agent("a", "more"), wait_for_agents(["a"], timeout_ms=5))
    for intent, item in zip(intents, (spawned, messaged, waited), strict=True):
        assert said(intent, OFFERED[release], [started]) == item | within


def test_an_agent_that_was_not_started_is_told_nothing() -> None:
    failed = {"type": "function_call_output", "call_id": "a", "output": "too many agents"}
    with pytest.raises(InexpressibleError) as raised:
        said(message_agent("a", "more"), OFFERED["codex 0.98.0"], [failed])
    assert raised.value.reasons == ("send_input: the output of the call 'a' names no agent",)


@pytest.mark.parametrize(
    ("offered", "item"),
    [
        (OFFERED["codex 0.98.0"], {"type": "custom_tool_call", "input": PATCH}),
        (
            [
                {
                    "type": "function",
                    "name": "apply_patch",
                    "parameters": {"properties": {"input": {"type": "string"}}},
                }
            ],
            function("apply_patch", input=PATCH),
        ),
        (
            [{"type": "apply_patch"}],
            {
                "type": "apply_patch_call",
                "operation": {"type": "create_file", "path": "a", "diff": "+b"},
            },
        ),
        (
            OFFERED["codex 0.163.0"],
            function("exec_command", cmd=f"apply_patch <<'EOF'\n{PATCH}EOF\n"),
        ),
        (OFFERED[CODE_MODE], {"name": "exec", "namespace": "functions"}),
    ],
)
def test_a_change_of_a_file(offered: Sequence[JsonObject], item: Mapping[str, Any]) -> None:
    assert item.items() <= said(ADD, offered).items()


def test_a_patch_has_each_sort_of_change() -> None:
    intent = change_files(
        [
            add_file("/abs/a", "one\n\ntwo\n"),
            add_file("empty", ""),
            update_file("../b", "@@ def f\n-x\n+y\n", move_to="c"),
            delete_file("d"),
        ]
    )
    assert said(intent, OFFERED["codex 0.98.0"])["input"].splitlines() == [
        "*** Begin Patch",
        "*** Add File: /abs/a",
        "+one",
        "+",
        "+two",
        "*** Add File: empty",
        "*** Update File: ../b",
        "*** Move to: c",
        "@@ def f",
        "-x",
        "+y",
        "*** Delete File: d",
        "*** End Patch",
    ]


@settings(deadline=None)
@given(st.text(alphabet="EOF\n +-*x", max_size=60))
def test_a_heredoc_ends_where_the_patch_ends(content: str) -> None:
    command = said(change_files([add_file("a", content)]), OFFERED[SHELL])["arguments"]["command"]
    first, *lines, last, nothing = command[2].split("\n")
    assert first == f"apply_patch <<'{last}'"
    assert last not in lines
    assert (lines[0], lines[-1], nothing) == ("*** Begin Patch", "*** End Patch", "")


@pytest.mark.parametrize(
    ("intent", "release", "item"),
    [
        (
            ask_user(
                [Question("Go on?", options=[Option("Yes", "on")]), Question("Sure?", id="s")]
            ),
            "codex 0.163.0",
            function(
                "request_user_input",
                questions=[
                    {
                        "id": "question_1",
                        "header": "question_1",
                        "question": "Go on?",
                        "options": [{"label": "Yes", "description": "on"}],
                    },
                    {"id": "s", "header": "s", "question": "Sure?", "options": []},
                ],
            ),
        ),
        (
            request_permissions(Permissions(read=["/a"]), reason="why"),
            "codex 0.130.0",
            function(
                "request_permissions", permissions={"file_system": {"read": ["/a"]}}, reason="why"
            ),
        ),
        (
            update_plan([PlanStep("look", "completed")], explanation="why"),
            "codex 0.163.0",
            function(
                "update_plan",
                plan=[{"step": "look", "status": "completed"}],
                explanation="why",
            ),
        ),
        (
            view_image("a.png", detail="original"),
            "codex 0.163.0, gpt-5.5",
            function("view_image", path="a.png", detail="original"),
        ),
        (
            search_tools("mail", limit=2),
            "codex 0.163.0, gpt-5.5",
            {"type": "tool_search_call", "arguments": {"query": "mail", "limit": 2}},
        ),
        (
            call_mcp_tool("tiny", "echo", {"text": "a"}),
            "codex 0.98.0",
            function("mcp__tiny__echo", text="a"),
        ),
        (
            call_mcp_tool("tiny", "echo", {"text": "a"}),
            "codex 0.130.0",
            function("echo", "mcp__tiny__", text="a"),
        ),
        (
            call_mcp_tool("tiny", "echo", {"text": "a"}),
            "codex 0.163.0",
            function("echo", "mcp__tiny", text="a"),
        ),
        (
            call_tool("echo", {"anything": 1}, namespace="mcp__tiny"),
            "codex 0.163.0",
            function("echo", "mcp__tiny", anything=1),
        ),
        (
            call_tool("apply_patch", "no patch"),
            "codex 0.98.0",
            {"type": "custom_tool_call", "name": "apply_patch", "input": "no patch"},
        ),
    ],
)
def test_the_other_tools(intent: Intent, release: str, item: JsonObject) -> None:
    assert said(intent, OFFERED[release]) == item


def test_the_arguments_of_a_call_may_be_no_json_at_all() -> None:
    item = item_of(call_tool("view_image", "{oops"), OFFERED["codex 0.98.0"]).done()
    assert item["arguments"] == "{oops"


def test_a_name_of_an_mcp_server_is_written_as_functions_are_named() -> None:
    offered = [{"type": "function", "name": "mcp__my_server__a_b", "parameters": {}}]
    assert said(call_mcp_tool("my server", "a.b"), offered)["name"] == "mcp__my_server__a_b"


@pytest.mark.parametrize(
    ("intent", "item"),
    [
        (refuse("no"), {"content": [{"type": "refusal", "refusal": "no"}]}),
        (
            think(["a", "b"], raw="c", encrypted="d"),
            {
                "summary": [{"type": "summary_text", "text": text} for text in "ab"],
                "content": [{"type": "reasoning_text", "text": "c"}],
                "encrypted_content": "d",
            },
        ),
        (say("hi", phase="commentary"), {"phase": "commentary"}),
    ],
)
def test_what_needs_no_tool(intent: Intent, item: JsonObject) -> None:
    assert item.items() <= said(intent, []).items()


def test_a_text_is_streamed_in_the_pieces_that_the_script_says() -> None:
    item = item_of(say("hello", deltas=["hel", "lo"]), [])
    deltas = [event["delta"] for event in item.progress(0) if "delta" in event]
    assert deltas == ["hel", "lo"]


def test_a_call_has_the_id_that_the_script_gives_it() -> None:
    for intent in (
        run_command("ls", call_id="mine"),
        change_files([delete_file("a")], call_id="mine"),
    ):
        for release in OFFERED:
            assert item_of(intent, OFFERED[release]).done()["call_id"] == "mine"
