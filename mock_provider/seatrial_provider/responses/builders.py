"""Builders of Responses API events and of the response object they carry.

The field names and which of them are required come from the Responses API (the types of the
`openai` SDK); `sequence_number` is left to the stream, which alone knows it.
"""

from dataclasses import dataclass, field
from typing import Any

from seatrial_provider.ids import COMPLETED_AT, CREATED_AT
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.echo import DEFAULTS
from seatrial_provider.responses.endings import COMPLETED, Ending
from seatrial_provider.responses.usage import Usage

FRAME_EVENTS: dict[str, str] = {
    "response.created": "start",
    "response.queued": "start of a reply that is queued",
    "response.in_progress": "start",
    "response.output_item.added": "start of each item",
    "response.output_item.done": "end of each item",
    "response.completed": "ending `Completed`",
    "response.incomplete": "ending `Incomplete`",
    "response.failed": "ending `Failed`",
    "error": "ending `StreamError`",
}
"""The types of event that are not of one sort of item, and where in a reply they come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a response says besides its output.

    Attributes:
        id: The response's id.
        model: The model that the request named.
        echo: What it repeats of the request; see `echo_of`.
        usage: The token counts.
        ending: How it ends.
        queued: Whether it waits in a queue before it begins.
    """

    id: str
    model: str
    echo: JsonObject = field(default_factory=lambda: DEFAULTS)
    usage: Usage = field(default_factory=Usage)
    ending: Ending = COMPLETED
    queued: bool = False


def response_object(
    envelope: Envelope,
    *,
    status: str,
    output: list[JsonObject] | None = None,
    usage: Usage | None = None,
    **members: Any,
) -> JsonObject:
    """Builds a whole response object, with every field that the API requires.

    Args:
        envelope: What it says besides its output.
        status: The status.
        output: The output items that are done; None for none yet.
        usage: The token counts; None while there are none.
        **members: What its ending adds: `error` or `incomplete_details`.
    """
    return {
        "id": envelope.id,
        "object": "response",
        "created_at": CREATED_AT,
        "completed_at": COMPLETED_AT if status == "completed" else None,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "model": envelope.model,
        "output": output if output is not None else [],
        "usage": usage.as_json() if usage is not None else None,
        **envelope.echo,
        **members,
    }


def response_event(type_: str, response: JsonObject) -> JsonObject:
    """Builds an event that carries the response object.

    Args:
        type_: The type of the event, such as `response.created`.
        response: The response object.

    Returns:
        The event without its `sequence_number`.
    """
    return {"type": type_, "response": response}


def item_event(type_: str, *, output_index: int, item: JsonObject) -> JsonObject:
    """Builds an event that carries an output item.

    Args:
        type_: `response.output_item.added` or `response.output_item.done`.
        output_index: The item's place in the output.
        item: The output item.

    Returns:
        The event without its `sequence_number`.
    """
    return {"type": type_, "output_index": output_index, "item": item}


def error_event(*, code: str | None, message: str, param: str | None) -> JsonObject:
    """Builds the event that ends a stream with an error and without a response.

    Args:
        code: What went wrong, as a code.
        message: What went wrong, in words.
        param: The member of the request that is at fault, if one is.

    Returns:
        The event without its `sequence_number`.
    """
    return {"type": "error", "code": code, "message": message, "param": param}
