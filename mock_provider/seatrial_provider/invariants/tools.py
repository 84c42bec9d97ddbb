"""Invariants of the tools that a request offers, and of the calls it says were made of them."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial_provider.invariants.base import Asked, Finding, Invariant, repeated

_BUILT_IN = {
    "local_shell_call": "local_shell",
    "shell_call": "shell",
    "apply_patch_call": "apply_patch",
    "tool_search_call": "tool_search",
}
"""The tools whose calls carry no name, by the type of the call."""


def _call_tool_offered(asked: Asked) -> Iterator[Finding]:
    for call in asked.calls:
        name = str(call.item.get("name", _BUILT_IN.get(call.item["type"])))
        if isinstance(call.item.get("namespace"), str):
            name = f"{call.item['namespace']}.{name}"
        if name not in asked.offered:
            yield (
                f"the tool {name!r} of the call at position {call.position} among the offered ones",
                f"offered: {', '.join(asked.offered) or 'none'}",
            )


def _tool_names_unique(asked: Asked) -> Iterator[Finding]:
    names = [tool["name"] for tool in asked.request.tools if isinstance(tool.get("name"), str)]
    for name, count in repeated(names):
        yield f"one tool with the name {name!r}", f"{count} of them"


INVARIANTS = (
    Invariant(
        name="call-tool-offered",
        holds="Each call is of a tool that the request offers.",
        check=_call_tool_offered,
    ),
    Invariant(
        name="tool-names-unique",
        holds="No two offered tools share a name.",
        check=_tool_names_unique,
    ),
)
