"""An intent is said in the tool that the request offers, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.provider.intents.saying import (
    ADD,
    CODE_MODE,
    LOCAL_SHELL,
    OFFERED,
    SHELL,
    JsonObject,
    item_of,
    reasons,
    said,
    tool,
    without,
)

from seatrial_provider import (
    Intent,
    Permissions,
    add_file,
    call_tool,
    change_files,
    delete_file,
    refuse,
    run_command,
    say,
    search_tools,
    search_web,
    send_input,
    think,
    view_image,
)
from seatrial_provider.intents import INTENTS, Replay
from seatrial_provider.phrasings.code_mode import declared
from seatrial_provider.phrasings.registry import phrasings, phrasings_by_intent


def test_every_intent_has_a_phrasing() -> None:
    # A recorded answer is not phrased: it is the whole answer.
    assert set(phrasings_by_intent()) == set(INTENTS.values()) - {Replay}


def test_every_phrasing_is_in_the_folder_of_its_intent() -> None:
    for module, phrasing in phrasings().items():
        assert module.split(".")[-2] == phrasing.intent.spelled()


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


@given(st.text(alphabet='{}():;"|? abargsinput\n', max_size=200))
def test_any_description_of_a_tool_can_be_read(text: str) -> None:
    text = f"declare const tools: {{ a(args: {text}): Promise<unknown>; }};\n{text}"
    for one in declared({"type": "custom", "name": "exec", "description": text}):
        assert one["type"] in {"function", "custom"}


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
