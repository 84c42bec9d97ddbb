"""What is special about a request that comes as a message of a WebSocket.

The type of the message and the warm-up are those of "WebSocket mode" in the documentation of the
OpenAI API.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seatrial_provider.answering.answers import Answer, stream_answer
from seatrial_provider.answering.asked import rejected
from seatrial_provider.answering.envelope import UNNAMED_MODEL
from seatrial_provider.body import UnsoundBodyError
from seatrial_provider.responses.builders import Envelope
from seatrial_provider.responses.echo import echo_of
from seatrial_provider.responses.points import body_plan
from seatrial_provider.responses.stream import events_of
from seatrial_provider.responses.usage import Usage
from seatrial_provider.unsound import INVALID_VALUE, unsound

if TYPE_CHECKING:
    from seatrial_provider.answering.asked import Check
    from seatrial_provider.answering.context import Context
    from seatrial_provider.recorded import RecordedRequest

CREATE = "response.create"
"""The type of the message that asks for a response."""


def check_message(request: RecordedRequest) -> None:
    """Checks the type of a message.

    Args:
        request: Any request; one of HTTP passes.

    Raises:
        UnsoundBodyError: It is a message of another type.
    """
    type_ = request.sound_body().get("type")
    if request.is_message and type_ != CREATE:
        raise unsound("type", repr(CREATE), type_, code=INVALID_VALUE)


def asks_for_nothing(request: RecordedRequest) -> bool:
    """Tells whether a message only warms up: it asks that nothing be generated.

    Args:
        request: Any request.
    """
    try:
        return request.is_message and request.sound_body().get("generate") is False
    except UnsoundBodyError:
        return False


def warmed_up(context: Context, request: RecordedRequest, *, check: Check) -> Answer:
    """Answers a message that only warms up: an empty response, which takes no reply.

    Args:
        context: What the routes share.
        request: The message.
        check: Reads the body as the API has it.
    """
    answer = rejected(context, request, check=check)
    if answer is not None:
        return answer
    name = f"warm_{request.index + 1:04d}"
    body = request.body_json()
    envelope = Envelope(
        id=f"resp_{name}",
        model=body.get("model") or UNNAMED_MODEL,
        echo=echo_of(body),
        usage=Usage(output_tokens=0),
    )
    build = partial(events_of, envelope, ())
    context.store.keep(request, id_=envelope.id, build=build)
    return stream_answer(body_plan(build(), {}), request_id=f"req_{name}")
