"""Server-sent events: event objects to bytes and back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from seatrial_provider.jsontypes import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One server-sent event as read back from the wire.

    Attributes:
        name: The value of its `event:` line, if it has one.
        data: The JSON object of its `data:` lines.
    """

    name: str | None
    data: JsonObject


def encode(event: JsonObject) -> bytes:
    """Encodes one event; its `event:` line equals its type, as the Responses API has it.

    Args:
        event: An event object with a `type`.

    Returns:
        The bytes, the blank line that ends the event included.
    """
    data = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f"event: {event['type']}\ndata: {data}\n\n".encode()


def encode_all(events: Sequence[JsonObject]) -> bytes:
    """Encodes several events one after the other.

    Args:
        events: Event objects, each with a `type`.
    """
    return b"".join(encode(event) for event in events)


def decode(stream: bytes) -> list[Frame]:
    """Reads back a stream of whole events.

    Args:
        stream: UTF-8 text in the event-stream format, with LF or CRLF line ends.

    Returns:
        The events that carry data, in order; an event that was cut off is left out.

    Raises:
        ValueError: The stream is not UTF-8, or the data of an event is not JSON.
    """
    frames: list[Frame] = []
    for block in stream.replace(b"\r\n", b"\n").split(b"\n\n")[:-1]:
        name: str | None = None
        data: list[str] = []
        for line in block.decode().split("\n"):
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "event":
                name = value
            elif field == "data":
                data.append(value)
        if data:
            frames.append(Frame(name=name, data=json.loads("\n".join(data))))
    return frames
