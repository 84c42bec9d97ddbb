"""The shape of what a call of a tool is answered with, as a pure function.

Source: Model Context Protocol 2025-06-18, tools, CallToolResult.
"""

from __future__ import annotations

from typing import Any

__all__ = ["problems"]

_NEEDS: dict[str, tuple[tuple[str, type], ...]] = {
    "text": (("text", str),),
    "image": (("data", str), ("mimeType", str)),
    "audio": (("data", str), ("mimeType", str)),
    "resource": (("resource", dict),),
    "resource_link": (("name", str), ("uri", str)),
}
"""The kinds of content, and what each must have."""


def problems(result: Any) -> list[str]:
    """Returns, as sentences, what is wrong with the result of a call; none if it is right."""
    if not isinstance(result, dict):
        return ["it is no object"]
    content = result.get("content")
    found = []
    if not isinstance(content, list):
        found.append("its content is no list")
    else:
        found += [
            f"part {number} of its content {problem}"
            for number, part in enumerate(content, 1)
            for problem in _part(part)
        ]
    if not isinstance(result.get("isError", False), bool):
        found.append("isError is neither true nor false")
    if not isinstance(result.get("structuredContent", {}), dict):
        found.append("its structuredContent is no object")
    return found


def _part(part: Any) -> list[str]:
    if not isinstance(part, dict) or part.get("type") not in _NEEDS:
        return ["is of no known type"]
    return [
        f"has no {name}"
        for name, kind in _NEEDS[part["type"]]
        if not isinstance(part.get(name), kind)
    ]
