"""Server-sent events: event objects to bytes and back."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import orjson

from seatrial_provider.jsontypes import JsonObject

_LINE_END = re.compile(rb"\r\n|\r|\n")


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
    return b"event: %b\ndata: %b\n\n" % (event["type"].encode(), orjson.dumps(event))


def framed(data: bytes) -> bytes:
    """Frames data as an event, whatever it is; an object with a `type` gives the event its name.

    Args:
        data: UTF-8 text, such as a message of a WebSocket.

    Returns:
        The event, the blank line that ends it included.
    """
    type_ = next(iter(whole_objects([data])), {}).get("type")
    lines: list[bytes] = []
    if isinstance(type_, str) and type_.isprintable():
        lines.append(b"event: " + type_.encode())
    lines += [b"data: " + line for line in _LINE_END.split(data)]
    return b"".join(line + b"\n" for line in lines) + b"\n"


def encode_all(events: Sequence[JsonObject]) -> bytes:
    """Encodes several events one after the other.

    Args:
        events: Event objects, each with a `type`.
    """
    return b"".join(encode(event) for event in events)


def decode(stream: bytes) -> list[Frame]:
    """Reads back a stream of whole events, as the HTML standard says (9.2.6).

    Args:
        stream: UTF-8 text in the event-stream format; lines end in LF, CRLF or CR, a byte order
            mark may come first, comments and other fields are passed over.

    Returns:
        The events that carry data, in order; an event that was cut off is left out.

    Raises:
        ValueError: The stream is not UTF-8, or the data of an event is not JSON.
    """
    return [Frame(name=name, data=orjson.loads(data)) for name, data in blocks(stream)]


def whole_events(stream: bytes) -> list[JsonObject]:
    """Reads the events of a stream that may be cut or damaged anywhere.

    Args:
        stream: What `decode` takes, or anything else.

    Returns:
        The JSON objects in it, in order; what is cut off or no object is left out.
    """
    try:
        return whole_objects(data for _, data in blocks(stream))
    except UnicodeDecodeError:
        return whole_events(stream.decode(errors="replace").encode())


def whole_objects(texts: Iterable[str | bytes]) -> list[JsonObject]:
    """Reads those of some texts that are JSON objects.

    Args:
        texts: The texts, such as the messages of a WebSocket.
    """
    found: list[JsonObject] = []
    for text in texts:
        with suppress(ValueError):
            value = orjson.loads(text)
            if isinstance(value, dict):
                found.append(value)
    return found


def carried(
    stream: bytes | Sequence[JsonObject | str],
) -> tuple[list[str | None] | None, list[JsonObject | str]]:
    """Reads what the events of a stream carry.

    Args:
        stream: What `decode` takes; or what its events carry already.

    Returns:
        The names of the events, None if they are not known; and what each carries: an object, or
        a text if it is no object in JSON, such as `[DONE]`.

    Raises:
        ValueError: The stream is not UTF-8.
    """
    if not isinstance(stream, bytes):
        return None, list(stream)
    framed = list(blocks(stream))
    return [name for name, _ in framed], [object_or_text(text) for _, text in framed]


def object_or_text(text: str) -> JsonObject | str:
    """Reads a text as a JSON object.

    Args:
        text: The text.

    Returns:
        The object; the text itself if it is none.
    """
    try:
        value = json.loads(text)  # unlike orjson, it takes any JSON that Python can hold
    except ValueError:
        return text
    return value if isinstance(value, dict) else text


def blocks(stream: bytes) -> Iterator[tuple[str | None, str]]:
    """Yields the name and the data of each event of a stream, whatever the data is.

    Args:
        stream: What `decode` takes.

    Raises:
        ValueError: The stream is not UTF-8.
    """
    name: str | None = None
    data: list[str] = []
    for line in _LINE_END.split(stream.removeprefix(BOM_UTF8))[:-1]:
        field, _, value = line.decode().partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif not line:
            if data:
                yield name, "\n".join(data)
            name, data = None, []
