"""Which types must stand inside a request: in its items, their parts, its tools and its objects.

The members are those of the Responses API: the parameter types of the `openai` SDK. What the API
does not have is not looked at, so that items and tools of other servers pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from seatrial_provider.members import check_kinds, objects, text

if TYPE_CHECKING:
    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.members import Kinds


_KINDS: Mapping[str, Kinds] = {
    "action": ("an object",),
    "annotations": ("a list of objects",),
    "approve": ("true or false",),
    "content": ("a text", "a list of objects"),
    "format": ("an object",),
    "operation": ("an object",),
    "outcome": ("an object",),
    "output": ("a text", "a list of objects"),
    "parameters": ("an object",),
    "queries": ("a list of texts",),
    "strict": ("true or false",),
    "summary": ("a list of objects",),
    "tools": ("a list of objects",),
}
"""The members that are no texts; the same name means the same everywhere."""


def _members(names: str) -> dict[str, Kinds]:
    return {name: _KINDS.get(name, ("a text",)) for name in names.split()}


_ITEMS: Mapping[str, Mapping[str, Kinds]] = {
    type_: _members(f"type id status {names}")
    for type_, names in {
        "message": "role phase content",
        "reasoning": "encrypted_content summary content",
        "compaction": "encrypted_content",
        "item_reference": "",
        "function_call": "call_id name namespace arguments",
        "function_call_output": "call_id output",
        "custom_tool_call": "call_id name namespace input",
        "custom_tool_call_output": "call_id output",
        "local_shell_call": "call_id action",
        "local_shell_call_output": "output",
        "shell_call": "call_id action",
        "shell_call_output": "call_id output",
        "apply_patch_call": "call_id operation",
        "apply_patch_call_output": "call_id output",
        "tool_search_call": "call_id execution",
        "tool_search_output": "call_id execution tools",
        "additional_tools": "role tools",
        "web_search_call": "action",
        "file_search_call": "queries",
        "mcp_call": "server_label name arguments approval_request_id",
        "mcp_approval_request": "server_label name arguments",
        "mcp_approval_response": "approval_request_id approve reason",
    }.items()
}
"""The members of each type of item."""

_PARTS: Mapping[str | None, Mapping[str, Kinds]] = {
    "input_text": _members("text"),
    "output_text": _members("text annotations"),
    "summary_text": _members("text"),
    "reasoning_text": _members("text"),
    "refusal": _members("refusal"),
    "input_image": _members("image_url file_id detail"),
    "input_file": _members("file_id file_data file_url filename"),
    None: _members("stdout stderr outcome"),
}
"""The members of each type of part; what a shell printed has no type."""

_NEEDED = ("text", "refusal")
"""The members that no part can be without."""

_IN_PARTS = ("content", "output", "summary")
"""The members of an item that may be lists of parts."""

_TOOLS: Mapping[str, Mapping[str, Kinds]] = {
    "function": _members("name description parameters strict"),
    "custom": _members("name description format"),
    "namespace": _members("name description tools"),
    "mcp": _members("server_label server_url"),
}
"""The members of each type of tool."""

_INSIDE: Mapping[str, Mapping[str, Kinds]] = {
    "conversation": _members("id"),
    "prompt": {**_members("id version"), "variables": ("an object",)},
    "reasoning": {**_members("effort"), "summary": ("a text",)},
    "stream_options": {"include_obfuscation": ("true or false",)},
    "text": {"format": ("an object",), **_members("verbosity")},
    "text.format": {
        **_members("type name description"),
        "schema": ("an object",),
        "strict": ("true or false",),
    },
    "tool_choice": {**_members("type name server_label mode"), "tools": ("a list of objects",)},
}
"""The members of the objects that a request has, by where they are."""


def check_inside(body: JsonObject) -> None:
    """Checks the types inside the objects that a request has besides its input and its tools.

    Args:
        body: The request's object.

    Raises:
        UnsoundBodyError: A member is of a type that the API does not take.
    """
    for place, kinds in _INSIDE.items():
        name, _, inner = place.partition(".")
        holder = body.get(name)
        if inner and isinstance(holder, dict):
            holder = holder.get(inner)
        if isinstance(holder, dict):
            check_kinds(holder, kinds, place)


def check_items(items: Iterable[JsonObject], place: str = "input") -> None:
    """Checks the types in input items.

    Args:
        items: The items.
        place: Where in the body their list is.

    Raises:
        UnsoundBodyError: A member is of a type that the API does not take.
    """
    for position, item in enumerate(items):
        where = f"{place}[{position}]"
        kinds = _ITEMS.get(item.get("type", "message"), {})
        check_kinds(item, kinds, where)
        if "tools" in kinds:
            check_tools(item.get("tools"), f"{where}.tools")
        for name in _IN_PARTS:
            if name in kinds and isinstance(item.get(name), list):
                _check_parts(item[name], f"{where}.{name}")


def check_tools(tools: object, place: str = "tools") -> None:
    """Checks the types in offered tools, those of a namespace too.

    Args:
        tools: What the request has there; null is none.
        place: Where in the body their list is.

    Raises:
        UnsoundBodyError: It is no list of objects, or a member is of a type that the API does
            not take.
    """
    for where, tool in objects(tools, place):
        type_ = tool.get("type")
        kinds = _TOOLS.get(type_, {}) if isinstance(type_, str) else _members("type")
        check_kinds(tool, kinds, where)
        if "tools" in kinds:
            check_tools(tool.get("tools"), f"{where}.tools")


def _check_parts(parts: list[JsonObject], place: str) -> None:
    for where, part in objects(parts, place):
        type_ = part.get("type")
        kinds = _PARTS.get(type_, {}) if isinstance(type_, str | None) else _members("type")
        check_kinds(part, kinds, where)
        for name in _NEEDED:
            if name in kinds:
                text(part, name, where)
