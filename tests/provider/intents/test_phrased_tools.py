"""Agents and the other tools are asked in the tool that a release offers."""

from __future__ import annotations

import pytest
from tests.provider.intents.saying import (
    OFFERED,
    JsonObject,
    function,
    item_of,
    said,
)

from seatrial_provider import (
    Intent,
    Option,
    Permissions,
    PlanStep,
    Question,
    ask_user,
    call_mcp_tool,
    call_tool,
    message_agent,
    request_permissions,
    search_tools,
    spawn_agent,
    update_plan,
    view_image,
    wait_for_agents,
)
from seatrial_provider.phrase import InexpressibleError


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
