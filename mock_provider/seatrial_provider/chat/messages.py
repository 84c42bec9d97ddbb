"""Reads the messages of a chat request as the input items of the Responses API that say the same.

Shapes: the message parameters of the `openai` SDK; `reasoning_content` and `reasoning` as servers
take them that send them.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.members import member, objects, text
from seatrial_provider.unsound import INVALID_VALUE, unsound

REASONING_FIELDS = ("reasoning_content", "reasoning")
"""The members of an assistant message in which servers carry what the model thought."""


def as_input_items(messages: object) -> list[JsonObject]:
    """Reads messages as input items.

    A message stays a message, its parts renamed; what an assistant message thought and called
    become items of their own; a tool message is the output of a call.

    Args:
        messages: The `messages` of a chat request.

    Returns:
        The items, in the order of the messages.

    Raises:
        UnsoundBodyError: The messages are not those of a chat request.
    """
    given = objects(messages, "messages")
    if not given:
        raise unsound("messages", "a list of one message or more", messages)
    custom: set[str] = set()
    items: list[JsonObject] = []
    for place, message in given:
        role = text(message, "role", place)
        read = _READERS.get(role)
        if read is None:
            raise unsound(
                f"{place}.role", f"one of {', '.join(_READERS)}", role, code=INVALID_VALUE
            )
        for item in read(message, place):
            if item["type"] == "custom_tool_call":
                custom.add(item["call_id"])
            elif item["type"] == "function_call_output" and item["call_id"] in custom:
                item["type"] = "custom_tool_call_output"
            items.append(item)
    return items


def _message(message: JsonObject, place: str) -> Iterator[JsonObject]:
    content = _parts(message.get("content"), f"{place}.content", "input_text")
    yield {"type": "message", "role": message["role"], "content": content}


def _assistant(message: JsonObject, place: str) -> Iterator[JsonObject]:
    for field in REASONING_FIELDS:
        if isinstance(thought := message.get(field), str) and thought:
            content = [{"type": "reasoning_text", "text": thought}]
            yield {"type": "reasoning", "summary": [], "content": content}
            break
    parts: list[JsonObject] = []
    if message.get("content") is not None:
        parts = _parts(message["content"], f"{place}.content", "output_text")
    if message.get("refusal") is not None:
        parts.append({"type": "refusal", "refusal": text(message, "refusal", place)})
    if message.get("function_call") is not None:
        raise unsound(f"{place}.function_call", "tool_calls, which took its place", message)
    calls = objects(message.get("tool_calls"), f"{place}.tool_calls")
    if parts or not calls:
        yield {"type": "message", "role": "assistant", "content": parts}
    for call_place, call in calls:
        yield _call(call, call_place)


def _call(call: JsonObject, place: str) -> JsonObject:
    call_id = text(call, "id", place)
    kind = call.get("type", "function")
    if kind == "function":
        function = member(call, "function", place)
        name = text(function, "name", f"{place}.function")
        arguments = text(function, "arguments", f"{place}.function")
        return {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}
    if kind == "custom":
        custom = member(call, "custom", place)
        name = text(custom, "name", f"{place}.custom")
        given = text(custom, "input", f"{place}.custom")
        return {"type": "custom_tool_call", "call_id": call_id, "name": name, "input": given}
    raise unsound(f"{place}.type", "'function' or 'custom'", kind, code=INVALID_VALUE)


def _tool(message: JsonObject, place: str) -> Iterator[JsonObject]:
    call_id = text(message, "tool_call_id", place)
    content = message.get("content")
    output: Any = content
    if not isinstance(content, str):
        output = _parts(content, f"{place}.content", "input_text")
    yield {"type": "function_call_output", "call_id": call_id, "output": output}


def _parts(content: object, place: str, text_type: str) -> list[JsonObject]:
    if isinstance(content, str):
        return [{"type": text_type, "text": content}]
    if not isinstance(content, list):
        raise unsound(place, "a text or a list of parts", content)
    return [_part(part, part_place, text_type) for part_place, part in objects(content, place)]


def _part(part: JsonObject, place: str, text_type: str) -> JsonObject:
    kind = text(part, "type", place)
    if kind == "text":
        return {"type": text_type, "text": text(part, "text", place)}
    if kind == "refusal":
        return {"type": "refusal", "refusal": text(part, "refusal", place)}
    if kind == "image_url":
        image = member(part, "image_url", place)
        url = text(image, "url", f"{place}.image_url")
        detail = image.get("detail", "auto")
        return {"type": "input_image", "image_url": url, "detail": detail}
    if kind == "file":
        return {"type": "input_file", **member(part, "file", place)}
    if kind == "input_audio":
        return {"type": "input_audio", "input_audio": member(part, "input_audio", place)}
    known = "text, refusal, image_url, file or input_audio"
    raise unsound(f"{place}.type", known, kind, code=INVALID_VALUE)


_READERS: Mapping[str, Callable[[JsonObject, str], Iterator[JsonObject]]] = MappingProxyType(
    {
        "system": _message,
        "developer": _message,
        "user": _message,
        "assistant": _assistant,
        "tool": _tool,
    }
)
