"""Makes the messages of a WebSocket of an answer, so that a fault can happen to each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.wire import sse
from seatrial_provider.wire.messages import DONE, object_message
from seatrial_provider.wire.plan import Head, Message, Plan, Write

if TYPE_CHECKING:
    from seatrial_provider.wire.plan import Step


def as_messages(plan: Plan) -> Plan:
    """Makes a message of each event of a stream, or of a JSON body.

    Args:
        plan: A plan whose writes hold whole events, or one whole body; messages stay as they are.
    """
    steps: list[Step] = []
    head = Head(200, ())
    for step in plan:
        if isinstance(step, Head):
            head = step
        if isinstance(step, Write) and not isinstance(step, Message):
            steps += _messages_of(step.payload, head)
        else:
            steps.append(step)
    return tuple(steps)


def _messages_of(payload: bytes, head: Head) -> list[Step]:
    if not head.is_stream:
        return [Message(object_message(payload, head.status))]
    texts = [text.encode() for _, text in sse.blocks(payload)]
    return [Message(text) for text in texts if text != DONE]
