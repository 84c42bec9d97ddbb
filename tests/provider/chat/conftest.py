"""The shapes of reply that chat can say, and their chunks without HTTP."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from seatrial_provider import (
    Failed,
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
from seatrial_provider.chat.builders import ChatForm
from seatrial_provider.chat.chunks import chunks_of
from seatrial_provider.chat.oracle import DONE
from seatrial_provider.phrase import phrase
from seatrial_provider.responses.stream import events_of
from seatrial_provider.script.use import ScriptedReply, Use

if TYPE_CHECKING:
    from seatrial_provider import Reply

JsonObject = dict[str, Any]
Data = list[JsonObject | str]

LONG = "one two three four five six seven eight nine ten " * 5
CITED = (UrlCitation(url="https://a.example/", title="A", start_index=0, end_index=3),)
PATCH = output("custom_tool_call", {"name": "patch", "input": "*** Begin\n" * 9})

SHAPES: dict[str, Reply] = {
    "short text": reply(say("done")),
    "long text": reply(say(LONG)),
    "empty text": reply(say("")),
    "text beyond ASCII": reply(say("naïve 漢字 🚢\u2028 end")),
    "text in exact deltas": reply(say("a b c", deltas=["a", " b ", "c"])),
    "text with an address": reply(say("one two", annotations=CITED)),
    "two texts": reply(say("first "), say("second")),
    "refusal": reply(refuse("I cannot help with that.")),
    "raw thought": reply(think(raw="let me see about it"), say("so")),
    "summary of a thought": reply(think(["first this", "then that"]), say("so")),
    "thought in both forms": reply(think(["a b c"], raw=["d e f", "g"], encrypted="gAAAA")),
    "command": reply(run_command("echo hi")),
    "command beyond ASCII": reply(run_command("echo 'é漢🚢'", workdir="/w", call_id="c1")),
    "text and two commands": reply(say("first"), run_command("echo 1"), run_command("echo 2")),
    "custom tool": reply(PATCH),
    "function and custom tool": reply(run_command("ls"), PATCH),
    "usage": reply(
        say("done"),
        usage=Usage(
            input_tokens=90,
            cached_tokens=64,
            cache_write_tokens=3,
            output_tokens=9,
            reasoning_tokens=5,
        ),
    ),
    "queued": reply(say("done"), queued=True),
    "cut at the length": reply(say("half a sent"), ending=Incomplete()),
    "command cut at the length": reply(run_command("echo hi"), ending=Incomplete()),
    "cut by the filter": reply(say("half a sent"), ending=Incomplete("content_filter")),
    "failed": reply(say("done"), ending=Failed("oops", "gone")),
    "failed within a text": reply(say(LONG), ending=Failed(after_events=7)),
    "error": reply(say("done"), ending=StreamError("oops", "gone", param="messages")),
    "error at once": reply(say("unsaid"), ending=StreamError(after_events=0)),
}
"""Replies of every shape that chat can say, by a name."""


class ChunksOf(Protocol):
    """Makes what the events of a chat stream carry, without HTTP; it may be changed."""

    def __call__(self, reply: Reply, **form: Any) -> Data: ...


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "shape" in metafunc.fixturenames:
        metafunc.parametrize("shape", SHAPES.values(), ids=SHAPES)


@pytest.fixture
def chat_tools(tools: dict[str, JsonObject]) -> list[JsonObject]:
    """The tools of the tests in the shape of chat."""
    command = {name: tools["exec_command"][name] for name in ("name", "parameters", "strict")}
    return [
        {"type": "function", "function": command},
        {"type": "custom", "custom": {"name": "patch"}},
    ]


@pytest.fixture
def chat(chat_tools: list[JsonObject]) -> Any:
    """Makes the body of a chat request."""

    def body(text: str = "go", **members: Any) -> JsonObject:
        messages = [{"role": "user", "content": text}]
        return {
            "model": "mock",
            "messages": messages,
            "tools": chat_tools,
            "stream": True,
        } | members

    return body


@pytest.fixture
def chunks_of_reply(tools: dict[str, JsonObject]) -> ChunksOf:
    def data(reply: Reply, **form: Any) -> Data:
        scripted = ScriptedReply(number=1, reply=reply)
        use = Use(scripted=scripted, reply=reply, count=1, request_index=0)
        said = [
            phrase(intent, tools=[tools["exec_command"]], ids=use.ids(index))
            for index, intent in enumerate(reply.intents)
        ]
        events = events_of(envelope_of(use, model="mock"), said)
        chunks = chunks_of(events, ChatForm(id="chatcmpl-1", model="mock", **form))
        flat: Data = [chunk for _, batch in chunks for chunk in batch]
        ended_well = not (isinstance(flat[-1], dict) and "error" in flat[-1])
        return copy.deepcopy([*flat, *([DONE] if ended_well else [])])

    return data
