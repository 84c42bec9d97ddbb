"""The shapes of reply that every rule is held against, and their streams without HTTP."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from seatrial_provider import (
    ContainerFileCitation,
    Failed,
    FileCitation,
    FilePath,
    Flavour,
    Incomplete,
    StreamError,
    UrlCitation,
    Usage,
    output,
    refuse,
    reply,
    run_command,
    say,
    think,
)
from seatrial_provider.answering.envelope import envelope_of
from seatrial_provider.phrase import phrase
from seatrial_provider.responses.echo import echo_of
from seatrial_provider.responses.items import search_action
from seatrial_provider.responses.stream import events_of
from seatrial_provider.script.use import ScriptedReply, Use

if TYPE_CHECKING:
    from seatrial_provider import Reply

JsonObject = dict[str, Any]

LONG = "one two three four five six seven eight nine ten " * 5
TOOL = {"name": "lookup", "input_schema": {"type": "object"}, "description": "looks up"}
PATCH = {"operation": "update_file", "path": "a.txt", "diff": "@@\n-old\n+new\n"}
PRINTED = {"stdout": "hi\n", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}
TIMED_OUT = {"stdout": "", "stderr": "slow", "outcome": {"type": "timeout"}}
HTTP_ERROR = {"type": "http_error", "code": 502, "message": "bad gateway"}
FOUND = {"file_id": "file_1", "filename": "a.txt", "score": 0.9, "text": "a", "attributes": {}}
CALLED = {"server_label": "docs", "name": "lookup", "arguments": '{"what": "the answer to it"}'}

ANNOTATIONS = (
    UrlCitation(url="https://a.example/", title="A", start_index=0, end_index=3),
    FileCitation(file_id="file_1", filename="a.txt", index=3),
    ContainerFileCitation(
        container_id="cntr_1", file_id="file_2", filename="b.txt", start_index=0, end_index=3
    ),
    FilePath(file_id="file_3", index=5),
)

SHAPES: dict[str, Reply] = {
    "short text": reply(say("done")),
    "long text": reply(say(LONG)),
    "empty text": reply(say("")),
    "blank text": reply(say(" \n ")),
    "text beyond ASCII": reply(say("naïve 漢字 🚢\u2028 end")),
    "text in exact deltas": reply(say("a b c", deltas=["a", " b ", "c"])),
    "text with annotations": reply(say("one two", annotations=ANNOTATIONS)),
    "text of a phase": reply(say("looking", phase="commentary")),
    "refusal": reply(refuse("I cannot help with that.")),
    "reasoning summary": reply(think("first", encrypted=None), say("so")),
    "reasoning in parts": reply(think(["first this", "then that"])),
    "raw reasoning": reply(think(raw="let me see about it")),
    "encrypted reasoning": reply(think(encrypted="gAAAA")),
    "reasoning in all forms": reply(think(["a b c"], raw=["d e f", "g"], encrypted="gAAAA")),
    "command": reply(run_command("echo hi")),
    "command beyond ASCII": reply(run_command("echo 'é漢🚢'", workdir="/w", call_id="c1")),
    "text and two commands": reply(say("first"), run_command("echo 1"), run_command("echo 2")),
    "namespaced function": reply(
        output("function_call", {"name": "f", "arguments": "{}", "namespace": "docs"})
    ),
    "custom tool": reply(output("custom_tool_call", {"name": "patch", "input": "*** Begin\n" * 9})),
    "empty custom tool": reply(
        output("custom_tool_call", {"name": "p", "input": "", "namespace": "n"})
    ),
    "local shell": reply(
        output("local_shell_call", {"command": ["ls"], "workdir": "/w", "timeout_ms": 9})
    ),
    "shell": reply(output("shell_call", {"commands": ["ls -la /usr/share/documents", "pwd"]})),
    "shell output": reply(output("shell_call_output", {"output": [PRINTED, TIMED_OUT]})),
    "changed file": reply(output("apply_patch_call", PATCH)),
    "deleted file": reply(output("apply_patch_call", {"operation": "delete_file", "path": "a"})),
    "tool search": reply(output("tool_search_call", {"arguments": {"query": "mail"}})),
    "tool search by the server": reply(
        output(
            "tool_search_call",
            {"arguments": {"query": "mail"}, "call_id": None, "execution": "server"},
        ),
        output("tool_search_output", {"tools": [{"type": "local_shell"}]}),
    ),
    "web search": reply(
        output("web_search_call", {"action": search_action("sea", sources=("https://a.example/",))})
    ),
    "file search": reply(output("file_search_call", {"queries": ["a"], "results": [FOUND]})),
    "file search without results": reply(output("file_search_call", {"queries": ["a"]})),
    "code interpreter": reply(
        output(
            "code_interpreter_call",
            {
                "code": "print('a long line of code')",
                "container_id": "cntr_1",
                "outputs": [{"type": "logs", "logs": "a"}],
            },
        )
    ),
    "image": reply(
        output(
            "image_generation_call",
            {"result": "aW1n", "partial_images": ["aQ==", "aW0="], "revised_prompt": "a ship"},
        )
    ),
    "MCP tools": reply(output("mcp_list_tools", {"server_label": "docs", "tools": [TOOL]})),
    "MCP tools that failed": reply(
        output("mcp_list_tools", {"server_label": "docs", "error": "no answer"})
    ),
    "MCP call": reply(output("mcp_call", {**CALLED, "output": "42"})),
    "MCP call that failed": reply(output("mcp_call", {**CALLED, "error": HTTP_ERROR})),
    "MCP approval": reply(output("mcp_approval_request", CALLED)),
    "compaction": reply(output("compaction", {"encrypted_content": "gAAAA"})),
    "message by its sort": reply(output("message", {"text": "hi"})),
    "refusal by its sort": reply(output("refusal", {"refusal": "no"})),
    "reasoning by its sort": reply(output("reasoning", {"summary": ["a"]})),
    "usage": reply(
        say("done"),
        usage=Usage(input_tokens=90, cached_tokens=64, output_tokens=9, reasoning_tokens=5),
    ),
    "queued": reply(say("done"), queued=True),
    "incomplete text": reply(say("half a sent"), ending=Incomplete()),
    "incomplete command": reply(run_command("echo hi"), ending=Incomplete("content_filter")),
    "incomplete thought": reply(think("half a thou"), ending=Incomplete()),
    "failed": reply(say("done"), ending=Failed()),
    "failed at once": reply(
        say("unsaid"), ending=Failed("rate_limit_exceeded", "slow down", after_items=0)
    ),
    "failed between items": reply(say("one"), say("unsaid"), ending=Failed(after_items=1)),
    "failed within an item": reply(say(LONG), ending=Failed(after_events=7)),
    "error": reply(say("done"), ending=StreamError()),
    "error within an item": reply(
        run_command("echo hi"), ending=StreamError("oops", "gone", after_events=4, param="input")
    ),
}
"""Replies of every shape that a script can have, by a name."""


class StreamOf(Protocol):
    """Makes the events of a reply without HTTP; they may be changed."""

    def __call__(
        self, reply: Reply, flavour: Flavour = Flavour.FULL, **members: Any
    ) -> list[JsonObject]: ...


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "shape" in metafunc.fixturenames:
        metafunc.parametrize("shape", SHAPES.values(), ids=SHAPES)


@pytest.fixture
def shapes() -> dict[str, Reply]:
    return SHAPES


@pytest.fixture
def stream_of(tools: dict[str, JsonObject]) -> StreamOf:
    def events(reply: Reply, flavour: Flavour = Flavour.FULL, **members: Any) -> list[JsonObject]:
        offered = [tools["exec_command"]]
        scripted = ScriptedReply(number=1, reply=reply)
        use = Use(scripted=scripted, reply=reply, count=1, request_index=0)
        envelope = envelope_of(use, model="mock", echo=echo_of({"tools": offered, **members}))
        said = [
            phrase(intent, tools=offered, ids=use.ids(index))
            for index, intent in enumerate(reply.intents)
        ]
        return copy.deepcopy(events_of(envelope, said, flavour))

    return events
