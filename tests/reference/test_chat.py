"""Talking to the model by Chat Completions: what is sent, and what is made of the chunks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.reference.conftest import make_home

from seatrial_reference.apis import APIS
from seatrial_reference.apis.chat_messages import chat_messages
from seatrial_reference.config import WIRE_APIS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.reference.conftest import Server, Stub


def chunks(*objects: dict[str, Any]) -> bytes:
    """Spell chunks as a stream, with the mark of its end."""
    lines = [json.dumps(one) for one in objects] + ["[DONE]"]
    return "".join(f"data: {line}\n\n" for line in lines).encode()


def delta(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def part(index: int, arguments: str, **begun: Any) -> dict[str, Any]:
    """Spell a part of a call; the first one has its id and name."""
    name = {"name": "exec_command"} if begun else {}
    return {"index": index, **begun, "function": {**name, "arguments": arguments}}


SAID = chunks(delta(content="hel"), delta(content="lo"), delta("stop"))


@pytest.fixture
def server(tmp_path: Path, stub: Stub, start: Callable[..., Server]) -> Server:
    make_home(tmp_path / "home", stub, "chat")
    stub.path = "/v1/chat/completions"
    return start()


def test_each_api_has_the_name_that_the_configuration_takes() -> None:
    assert tuple(APIS) == WIRE_APIS


def test_the_request(server: Server, stub: Stub) -> None:
    stub.replies.append(SAID)
    server.turn(server.thread(baseInstructions="be brief"), text="well?")
    (body,) = stub.requests
    messages, (tool, *_) = body.pop("messages"), body.pop("tools")
    assert body == {
        "model": "mock-model",
        "tool_choice": "auto",
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert messages[0] == {"role": "system", "content": "be brief"}
    assert messages[-1] == {"role": "user", "content": "well?"}
    assert tool["function"]["name"] == "exec_command"


def test_deltas_add_up_to_the_message(server: Server, stub: Stub) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    stub.replies.append(
        chunks(
            *(delta(content="hel"), delta(content="lo"), delta("stop")),
            {"choices": [], "usage": usage},
        )
    )
    ended = server.turn(server.thread())
    assert [d["delta"] for d in server.named("item/agentMessage/delta")] == ["hel", "lo"]
    assert [item["text"] for item in ended["items"]] == ["hello"]
    (counted,) = server.named("thread/tokenUsage/updated")
    assert counted["tokenUsage"]["last"]["totalTokens"] == 7


def test_calls_in_pieces_are_put_together_and_answered(server: Server, stub: Stub) -> None:
    stub.replies += [
        chunks(
            delta(content="both"),
            delta(tool_calls=[part(0, '{"cmd": "ec', id="a"), part(1, "", id="b")]),
            delta(tool_calls=[part(1, '{"cmd": "echo two"}'), part(0, 'ho one"}')]),
            delta("tool_calls"),
        ),
        SAID,
    ]
    server.turn(server.thread(sandbox="danger-full-access"))
    wished, *told = stub.requests[1]["messages"][-3:]
    assert (wished["role"], wished["content"]) == ("assistant", "both")
    assert [one["function"]["arguments"] for one in wished["tool_calls"]] == [
        '{"cmd": "echo one"}',
        '{"cmd": "echo two"}',
    ]
    assert [(m["role"], m["tool_call_id"]) for m in told] == [("tool", "a"), ("tool", "b")]
    assert [m["content"].splitlines()[-1] for m in told] == ["one", "two"]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (chunks(delta(content="hel")), "stream closed before a finish_reason"),
        (chunks(delta("length", content="hel")), "cut short: length"),
        (chunks({"error": {"message": "no luck"}}), "no luck"),
        (b"data: {\n\n", "not JSON"),
    ],
)
def test_a_reply_that_goes_wrong_fails_the_turn(
    server: Server, stub: Stub, reply: bytes, told: str
) -> None:
    stub.replies.append(reply)
    ended = server.turn(server.thread())
    assert ended["status"] == "failed"
    assert told in ended["error"]["message"]


def test_the_history_as_messages() -> None:
    said = {"type": "message", "role": "assistant", "content": [{"text": "well"}]}
    calls = [
        {"type": "function_call", "call_id": name, "name": "t", "arguments": "{}"} for name in "ab"
    ]
    outputs = [{"type": "function_call_output", "call_id": n, "output": n} for n in "ab"]
    history: list[dict[str, Any]] = [{"type": "reasoning"}, *calls, *outputs, said]
    assert [m["role"] for m in chat_messages("be", history)] == [
        "system",
        "assistant",
        "tool",
        "tool",
        "assistant",
    ]
