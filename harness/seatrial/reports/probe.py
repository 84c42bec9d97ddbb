"""What was found out about a server, in words."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.probe import Found
from seatrial.reports.safe import visible

__all__ = ["probe_text"]

SHOWN = 8
"""Methods that are named; the rest is counted."""


def probe_text(found: Found) -> str:
    """Returns what was found out, a line each, and what was not."""
    return visible("\n".join(_lines(found))) + "\n"


def _lines(found: Found) -> Iterator[str]:
    if not found.spoken:
        yield "It speaks none of the dialects that Seatrial knows."
    else:
        first = found.spoken[0]
        yield f"It calls itself {first.user_agent}; its release is {first.release or 'not said'}."
        for one in found.spoken:
            started = " ".join(one.arguments) or "without arguments"
            words = f", with words of its own: {', '.join(one.words.values())}" if one.words else ""
            yield f"It speaks {one.dialect}: started {started}, opened as {one.opening}{words}."
        for dialect, methods in found.methods.items():
            by = "as its schema says" if dialect in found.described else "of those asked for"
            named = ", ".join(methods[:SHOWN]) + (", …" if len(methods) > SHOWN else "")
            yield f"Methods of {dialect}, {by}: {len(methods)} ({named or 'none'})."
        yield f"It asks the model by {_listed(found.wires)}."
        yield f"It offers the model {_listed(found.tools)}."
        for tried in found.policies:
            asked = "asked for the command" if tried.asked else "did not ask for the command"
            yield f"It takes the policy {tried.policy.value}, and {asked}."
        yield f"It takes the sandboxes {_listed(tuple(found.sandboxes))}."
        yield f"At the end: {found.leaves or 'not seen'}."
    if found.failures:
        yield ""
        yield "Not answered:"
        yield from (f"  {one.question}: {one.why}" for one in found.failures)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing that was seen"
