"""Intents refuse what cannot be said when they are made, and tell what they are in a few words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial_provider import (
    INTENTS,
    FileChange,
    Intent,
    Option,
    Permissions,
    PlanStep,
    Question,
    ScriptError,
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

EVERY: tuple[Intent, ...] = (
    say("hello", deltas=["hel", "lo"]),
    refuse("no"),
    think("first", raw="second", encrypted="third"),
    run_command("true", escalated=True, justification="why", prefix_rule=["true"]),
    send_input("call", "yes\n"),
    change_files([add_file("a", "b"), update_file("c", "-d\n+e"), delete_file("f")]),
    ask_user([Question("Go on?", options=[Option("Yes", "on"), Option("No")])]),
    request_permissions(Permissions(read=["/a"], network=True), reason="why"),
    update_plan([PlanStep("look", "completed"), PlanStep("act")]),
    view_image("a.png"),
    search_web("weather", sources=["https://example.com"]),
    search_tools("calendar", limit=3),
    call_tool("any", {"a": [1, None]}),
    call_mcp_tool("server", "tool", {"a": {"b": 1.5}}),
    spawn_agent("do it", task_name="it"),
    message_agent("call", "do more"),
    wait_for_agents(["call"], timeout_ms=5),
)


def later(make: Any, *values: Any, **fields: Any) -> Callable[[], Any]:
    """Puts the making of an intent off, and hides from the type checker what is wrong with it."""
    return partial(make, *values, **fields)


@pytest.mark.parametrize(
    ("make", "what", "expected"),
    [
        (later(say, 3), "text of say", "a text"),
        (later(say, "\ud800"), "text of say", "UTF-8"),
        (later(say, "ab", deltas=["a", "c"]), "deltas of say", "join to 'ab'"),
        (later(say, "ab", deltas=["a", "", "b"]), "deltas of say", "not empty"),
        (later(refuse, "ab", deltas=[]), "deltas of refuse", "join to 'ab'"),
        (later(run_command, ""), "command of run_command", "a text that is not empty"),
        (later(run_command, None), "command of run_command", "a text"),
        (later(run_command, "a", tty=1), "tty of run_command", "true or false"),
        (later(run_command, "a", workdir="\udcff"), "workdir of run_command", "UTF-8"),
        (later(run_command, "a", prefix_rule="git"), "prefix_rule of run_command", "a list"),
        (later(run_command, "a", yield_time_ms=-1), "yield_time_ms of run_com", "at least 0"),
        (later(run_command, "a", yield_time_ms=True), "yield_time_ms of run_c", "whole number"),
        (
            later(run_command, "a", escalated=True, permissions=Permissions(network=True)),
            "permissions of run_command",
            "either",
        ),
        (later(run_command, "a", call_id=""), "call_id of run_command", "not empty"),
        (later(Permissions), "permissions", "a path to read"),
        (later(change_files, []), "changes of change_files", "a list that is not empty"),
        (later(change_files, ["a"]), "changes of change_files", "FileChange(...)"),
        (later(update_file, "a", "old\n"), "diff of a change", "begin with a space"),
        (later(add_file, "a\nb", ""), "path of a change", "on one line"),
        (later(FileChange, "add", "a"), "change of a file", "add with content"),
        (later(FileChange, "add", "a", content="", diff="+b"), "change of a f", "add with cont"),
        (later(FileChange, "delete", "a", diff="-b"), "change of a file", "nothing else"),
        (later(FileChange, "rename", "a"), "action of FileChange", "'add', 'update', 'delete'"),
        (later(ask_user, ["Go on?"]), "questions of ask_user", "what Question(...) makes"),
        (later(PlanStep, "a", "done"), "status of PlanStep", "one of 'pending'"),
        (later(call_tool, "a", 3), "arguments of call_tool", "an object or a text"),
        (later(call_tool, "a", {"b": object()}), "arguments of call_tool", "JSON"),
        (later(call_tool, "a", {"b": float("nan")}), "arguments of call_tool", "JSON"),
        (later(call_tool, "a", {"b": "\ud800"}), "arguments of call_tool", "UTF-8"),
        (later(wait_for_agents, []), "agents of wait_for_agents", "a list that is not empty"),
        (later(search_tools, "a", limit=0), "limit of search_tools", "at least 1"),
    ],
)
def test_what_cannot_be_said_is_refused_at_once(
    make: Callable[[], Any], what: str, expected: str
) -> None:
    with pytest.raises(ScriptError) as raised:
        make()
    assert f"the {what}" in str(raised.value).splitlines()[0]
    assert expected in raised.value.expected
    assert raised.value.arrived
    assert raised.value.cause.endswith("?")
    assert raised.value.remedy


@pytest.mark.parametrize("intent", EVERY, ids=lambda intent: intent.spelled())
def test_an_intent_can_be_made_again_from_its_fields_as_plain_values(intent: Intent) -> None:
    def again(field: str, value: Any) -> Any:
        parts = {"changes": FileChange, "questions": Question, "steps": PlanStep}
        if field in parts:
            return [parts[field](**made(one)) for one in value]
        return Permissions(**value) if field == "permissions" and value else value

    def made(question: dict[str, Any]) -> dict[str, Any]:
        options = [Option(**option) for option in question.get("options", ())]
        return question | ({"options": options} if "options" in question else {})

    plain = {name: again(name, value) for name, value in asdict(intent).items()}
    assert INTENTS[intent.spelled()](**plain) == intent


def test_an_intent_does_not_change_with_what_it_was_made_of() -> None:
    arguments: dict[str, Any] = {"a": [1]}
    steps = [PlanStep("look")]
    call, plan = call_tool("any", arguments), update_plan(steps)
    arguments["a"].append(2)
    steps.clear()
    assert call.arguments == {"a": [1]}
    assert plan.steps == (PlanStep("look"),)
    with pytest.raises(FrozenInstanceError):
        call.tool = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("intent", "words"),
    [
        (say("hi"), "say('hi')"),
        (run_command("ls", escalated=True), "run_command('ls', escalated=True)"),
        (EVERY[5], "change_files([add a, update c, delete f])"),
        (EVERY[8], "update_plan([PlanStep('look', 'completed'), PlanStep('act')])"),
        (call_tool("any"), "call_tool('any')"),
    ],
)
def test_it_describes_itself_without_what_was_not_asked_for(intent: Intent, words: str) -> None:
    assert intent.describe() == words


@given(st.text())
def test_a_description_is_short(text: str) -> None:
    assert len(say(text).describe()) < 80
