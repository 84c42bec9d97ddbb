"""Invariants of calls and their outputs: each has the other, once, in order, and of its kind."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial_provider.invariants.base import Asked, Finding, Invariant, repeated

_CALLS_OF = {
    "function_call_output": frozenset({"function_call", "local_shell_call"}),
    "custom_tool_call_output": frozenset({"custom_tool_call"}),
    "local_shell_call_output": frozenset({"local_shell_call"}),
    "shell_call_output": frozenset({"shell_call"}),
    "apply_patch_call_output": frozenset({"apply_patch_call"}),
    "tool_search_output": frozenset({"tool_search_call"}),
}
"""The types of call that an output of each type can belong to."""

_SHOWN = 20
"""Of a long list, so many names are shown: each breach has its own copy of them."""


def _call_has_output(asked: Asked) -> Iterator[Finding]:
    places_of: dict[str | None, list[int]] = {}
    for output in asked.outputs:
        places_of.setdefault(output.call_id, []).append(output.position)
    for call in asked.calls:
        if call.call_id is None:
            continue
        places = places_of.get(call.call_id, [])
        if len(places) != 1 or places[0] < call.position:
            kind = call.item["type"]
            yield (
                f"one output after the {kind} {call.call_id!r} at position {call.position}",
                f"{len(places)} outputs, at positions {places}",
            )


def _output_has_call(asked: Asked) -> Iterator[Finding]:
    calls = {call.call_id: call.position for call in asked.calls if call.call_id is not None}
    there = _some(sorted(calls))
    for output in asked.outputs:
        at = output.position
        if output.call_id is not None and calls.get(output.call_id, at) >= at:
            yield (
                f"a call {output.call_id!r} before its {output.item['type']} at position {at}",
                f"calls {there}",
            )


def _some(names: list[str]) -> str:
    """Returns names as they are shown: all of a few, the first of many."""
    more = len(names) - _SHOWN
    return f"{names[:_SHOWN]}" + (f" and {more} more" if more > 0 else "")


def _output_fits_call(asked: Asked) -> Iterator[Finding]:
    kinds = {call.call_id: call.item["type"] for call in asked.calls}
    for output in asked.outputs:
        kind = kinds.get(output.call_id) if output.call_id is not None else None
        if kind is not None and kind not in _CALLS_OF[output.item["type"]]:
            yield (
                f"the output of a {kind} for {output.call_id!r} at position {output.position}",
                f"a {output.item['type']}",
            )


def _call_ids_present(asked: Asked) -> Iterator[Finding]:
    for placed in sorted([*asked.calls, *asked.outputs], key=lambda one: one.position):
        if placed.call_id is None:
            kind = placed.item["type"]
            expected = f"the id of its call on the {kind} at position {placed.position}"
            yield expected, f"call_id {placed.item.get('call_id')!r}"


def _call_ids_unique(asked: Asked) -> Iterator[Finding]:
    for call_id, count in repeated([c.call_id for c in asked.calls if c.call_id is not None]):
        yield f"one call with call_id {call_id!r}", f"{count} of them"


def _output_present(asked: Asked) -> Iterator[Finding]:
    for placed in asked.outputs:
        if placed.item["type"] == "apply_patch_call_output":  # its status says enough
            continue
        member = "tools" if placed.item["type"] == "tool_search_output" else "output"
        said = placed.item.get(member)
        if not isinstance(said, str | list):
            expected = f"{member!r}, a text or a list, for {placed.call_id!r}"
            yield f"{expected} at position {placed.position}", f"{member} {said!r}"


INVARIANTS = (
    Invariant(
        name="call-has-output",
        holds="Each call has exactly one output, after it.",
        check=_call_has_output,
    ),
    Invariant(
        name="output-has-call",
        holds="Each output stands after its call.",
        check=_output_has_call,
    ),
    Invariant(
        name="output-fits-call",
        holds="Each output is of the type that belongs to its call.",
        check=_output_fits_call,
    ),
    Invariant(
        name="output-present",
        holds="Each output says something: a text, which may be empty, or a list.",
        check=_output_present,
    ),
    Invariant(
        name="call-ids-present",
        holds="Each call and each output carries the id of its call.",
        check=_call_ids_present,
    ),
    Invariant(
        name="call-ids-unique",
        holds="No two calls share an id.",
        check=_call_ids_unique,
    ),
)
