"""Plans to put faults in, and what is asked of a plan afterwards."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from seatrial_provider.faults.apply import Outcome, apply_faults
from seatrial_provider.faults.frames import event_name
from seatrial_provider.faults.messages import as_messages
from seatrial_provider.faults.registry import faults
from seatrial_provider.wire.plan import End, Head, Message, Plan, Step, Write
from seatrial_provider.wire.sse import encode, whole_events

if TYPE_CHECKING:
    from seatrial_provider.faults import Fault

JsonObject = dict[str, Any]

FOR_WEBSOCKET = ("x-test-transport", "websocket")
TEXT = "naïve 漢字 🚢"
STREAMED = (("content-type", "text/event-stream; charset=utf-8"), ("x-request-id", "req_0001"))
PLAIN = (("content-type", "application/json"), ("x-request-id", "req_0001"))
RESPONSE_TYPES = [
    "response.created",
    "response.in_progress",
    "response.output_text.delta",
    "response.output_text.delta",
    "response.completed",
]
CHAT_NAMES = ["role", "content", "content", "finish_reason", "usage", "[DONE]"]


def responses() -> Plan:
    """A Responses stream as its renderer plans it: several events in one write."""
    events: list[JsonObject] = [{"type": type_} for type_ in RESPONSE_TYPES]
    for number, event in enumerate(events):
        event["sequence_number"] = number
        if event["type"].endswith("delta"):
            event["delta"] = TEXT
    return streamed(b"".join(map(encode, events)))


def chat() -> Plan:
    """A Chat Completions stream as its renderer plans it."""
    deltas: list[JsonObject] = [{"role": "assistant", "content": ""}, {"content": TEXT}]
    choices: list[JsonObject] = [
        {"index": 0, "delta": delta, "finish_reason": None} for delta in [*deltas, deltas[1]]
    ]
    choices.append({"index": 0, "delta": {}, "finish_reason": "stop"})
    frame: JsonObject = {"id": "c1", "object": "chat.completion.chunk", "model": "mock"}
    chunks = [{**frame, "choices": [choice]} for choice in choices]
    chunks.append({**frame, "choices": [], "usage": {"total_tokens": 2}})
    written = [f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode() for chunk in chunks]
    return streamed(b"".join([*written, b"data: [DONE]\n\n"]))


def plain() -> Plan:
    """A JSON answer."""
    payload = json.dumps({"text": TEXT}, ensure_ascii=False).encode()
    return (Head(200, PLAIN, len(payload)), Write(payload), End())


def websocket() -> Plan:
    """The same stream in the messages of a WebSocket."""
    opened, *rest = as_messages(responses())
    assert isinstance(opened, Head)
    return (replace(opened, headers=(*opened.headers, FOR_WEBSOCKET)), *rest)


def streamed(payload: bytes) -> Plan:
    return (Head(200, STREAMED), Write(payload), End())


def put(plan: Plan, *given: Fault, **moment: Any) -> Plan:
    """Applies faults that all have to find something to change."""
    outcome = apply(plan, *given, **moment)
    assert outcome.misses == ()
    return outcome.plan


def missed(plan: Plan, fault: Fault) -> str:
    """Applies a fault that finds nothing, and returns why."""
    outcome = apply(plan, fault)
    (miss,) = outcome.misses
    assert miss.fault is fault
    assert outcome.applied == ()
    assert body(outcome.plan) == body(plan)
    return miss.reason


def apply(
    plan: Plan, *given: Fault, attempt: int = 1, seed: str = "s", now: float = 0.0
) -> Outcome:
    opened = plan[0]
    is_websocket = isinstance(opened, Head) and FOR_WEBSOCKET in opened.headers
    return apply_faults(plan, given, attempt=attempt, seed=seed, now=now, is_websocket=is_websocket)


def written(plan: Plan) -> list[Write]:
    return [step for step in plan if isinstance(step, Write)]


def body(plan: Plan) -> bytes:
    return b"".join(write.payload for write in written(plan))


def head(plan: Plan) -> Head:
    (found,) = (step for step in plan if isinstance(step, Head))
    return found


def header(plan: Plan, name: str) -> str | None:
    return dict(head(plan).headers).get(name)


def names(plan: Plan) -> list[str]:
    """The events by name, `[DONE]` and damaged ones too."""
    return [event_name(write) for write in written(plan)]


def read(plan: Plan) -> list[JsonObject]:
    """The events that a correct client reads, without `[DONE]` and what is damaged."""
    return whole_events(body(plan))


def messages(plan: Plan) -> list[bytes]:
    """The whole messages of a WebSocket, their fragments joined."""
    joined = [b""]
    for step in written(plan):
        assert isinstance(step, Message)
        joined[-1] += step.payload
        if not step.more:
            joined.append(b"")
    assert joined.pop() == b"", "the last message has no end"
    return joined


def last(plan: Plan) -> Step:
    return plan[-1]


STREAMS = {"responses": responses(), "chat": chat()}
PLANS = {**STREAMS, "plain": plain(), "websocket": websocket()}

_NEEDED: dict[str, dict[str, Any]] = {
    "latency": {"seconds": 0.01},
    "bandwidth": {"bytes_per_second": 1_000_000},
}
ANY = [kind(**_NEEDED.get(name, {})) for name, kind in faults().items()]
LEGAL = [fault for fault in ANY if fault.legal]
