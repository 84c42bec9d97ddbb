"""Reads the body of a chat request as the body of a Responses request that asks the same."""

from collections.abc import Mapping
from typing import Any

from seatrial_provider.chat.messages import as_input_items
from seatrial_provider.content import texts_of
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.members import Kinds, check_kinds, member, objects, text
from seatrial_provider.unsound import INVALID_VALUE, unsound

PATH = "/chat/completions"
"""What the path of a chat request ends with."""

_INSTRUCTING = frozenset({"system", "developer"})

_KINDS: Mapping[str, Kinds] = {"model": ("a text",), "stream": ("true or false",)}


def as_responses_body(body: JsonObject) -> JsonObject:
    """Reads a chat request in the words of the Responses API, so that all views can share them.

    Args:
        body: The object of a chat request.

    Returns:
        The body with `input`, `tools` and `instructions` (the texts of its system and developer
        messages, which are in `input` too) instead of `messages`; other members stay.

    Raises:
        UnsoundBodyError: The body is not that of a chat request.
    """
    items = as_input_items(body.get("messages"))
    instructing = [item for item in items if item.get("role") in _INSTRUCTING]
    texts = [said for item in instructing for said in texts_of(item["content"])]
    rest = {name: value for name, value in body.items() if name != "messages"}
    read = {"input": items, "tools": as_tools(body.get("tools")), "instructions": "\n".join(texts)}
    return {**rest, **read}


def as_tools(tools: object) -> list[JsonObject]:
    """Reads the tools of a chat request in the shapes of the Responses API.

    Args:
        tools: The `tools` of a chat request; null for none.

    Raises:
        UnsoundBodyError: They are not the tools of a chat request.
    """
    return [_tool(tool, place) for place, tool in objects(tools, "tools")]


def check_options(body: JsonObject) -> None:
    """Checks the members of a chat request that decide what is answered.

    Args:
        body: The object of a chat request.

    Raises:
        UnsoundBodyError: One is of a wrong type or of the time before tools, more than one choice
            is asked for, which a script does not have, or the options of a stream are given
            without one.
    """
    check_kinds(body, _KINDS)
    if body.get("functions") is not None:
        raise unsound("functions", "tools, which took their place", body["functions"])
    choices = body.get("n", 1)
    if choices is not None and (choices != 1 or choices is True):
        raise unsound("n", "1: a scripted reply is one choice", choices, code=INVALID_VALUE)
    options = body.get("stream_options")
    if options is not None:
        member(body, "stream_options", "")
        if body.get("stream") is not True:
            raise unsound("stream_options", "nothing unless 'stream' is true", options)


def _tool(tool: JsonObject, place: str) -> JsonObject:
    kind = tool.get("type")
    if kind not in ("function", "custom"):
        raise unsound(f"{place}.type", "'function' or 'custom'", kind, code=INVALID_VALUE)
    said = member(tool, kind, place)
    text(said, "name", f"{place}.{kind}")
    read: dict[str, Any] = {"type": kind, **said}
    format_ = said.get("format")
    if isinstance(format_, dict) and isinstance(format_.get("grammar"), dict):
        read["format"] = {"type": "grammar", **format_["grammar"]}
    return read
