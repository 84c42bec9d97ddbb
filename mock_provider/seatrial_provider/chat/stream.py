"""Turns the chunks of a reply into what is sent: the body of a stream, or one plain object."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

import orjson

from seatrial_provider.chat.accumulate import message_of
from seatrial_provider.chat.builders import ChatForm, completion
from seatrial_provider.chat.chunks import error_object, finish_reason_of
from seatrial_provider.chat.oracle import DONE
from seatrial_provider.gates import Gate
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.endings import Ending, StreamError
from seatrial_provider.responses.points import cut_at_gates
from seatrial_provider.wire.plan import Plan, Write

ERRORS = frozenset({"response.failed", "error"})
"""The types of event that end a response with an error."""

_END = Write(f"data: {DONE}\n\n".encode())

Said = Sequence[tuple[str, list[JsonObject]]]
"""For each event of the response its type, and the chunks that say the same."""


def body_plan(said: Said, gates: Mapping[str, Gate]) -> Plan:
    """Cuts a stream into the steps in which its body is sent.

    Args:
        said: The chunks; a gate at a type of event holds where that event would be.
        gates: Gates by the name of their point; the point `headers` is not of the body.

    Returns:
        One write for what comes between two gates. `[DONE]` comes last, unless the response ends
        with an error.
    """
    steps = cut_at_gates(said, gates, encode_all)
    return steps if said[-1][0] in ERRORS else (*steps, _END)


def plain(
    said: Said, terminal: JsonObject, form: ChatForm, *, ending: Ending
) -> tuple[int, JsonObject]:
    """Builds the plain object of a reply: what its stream adds up to.

    Args:
        said: The chunks.
        terminal: The event that ends the response.
        form: What all chunks have in common.
        ending: How the reply ends.

    Returns:
        The HTTP status and the object; an error envelope if the reply ends with an error.
    """
    if isinstance(ending, StreamError):
        return ending.status, ending.envelope()
    if terminal["type"] in ERRORS:
        return HTTPStatus.INTERNAL_SERVER_ERROR, error_object(terminal)
    message = message_of(chunk for _, chunks in said for chunk in chunks)
    return HTTPStatus.OK, completion(
        form,
        message=message,
        finish_reason=finish_reason_of(terminal, called="tool_calls" in message),
        usage=terminal["response"]["usage"],
    )


def encode_all(chunks: Iterable[JsonObject]) -> bytes:
    """Encodes chunks as server-sent events, which have no name in chat.

    Args:
        chunks: The chunks, in order.
    """
    return b"".join(b"data: %b\n\n" % orjson.dumps(chunk) for chunk in chunks)
