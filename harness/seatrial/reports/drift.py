"""What changed between two schemas, as text, as Markdown and as JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from seatrial.reports.safe import visible
from seatrial.schema import Change, Drift, Sender, Violation, What

__all__ = ["drift_json", "drift_markdown", "drift_text"]

SHOWN = 4
"""Methods that are named where a shared definition changed; the rest is counted."""

MARK = {True: "!", False: " "}
SENT = {
    (Sender.CLIENT,): "the client sends it",
    (Sender.SERVER,): "the server sends it",
    (Sender.CLIENT, Sender.SERVER): "both send it",
}


class _Report(BaseModel):
    model_config = ConfigDict(frozen=True)

    drift: Drift
    violations: tuple[Violation, ...]


def drift_text(drift: Drift, violations: Sequence[Violation] = ()) -> str:
    """Returns the changes for a terminal: the sum first, then by dialect and place."""
    lines = [_sum(drift)]
    for dialect, changes in _by_dialect(drift.changes).items():
        lines += ["", dialect]
        for heading, group in _methods(changes).items():
            lines.append(f"  {heading}: {len(group)}")
            lines += [f"    {MARK[one.breaking]} {one.detail}" for one in group]
        for owner, group in _places(changes).items():
            lines.append(f"  {_heading(owner, group[0])}")
            lines += [f"    {MARK[one.breaking]} {_words(one)}" for one in group]
    lines += _violated(violations, "\n{}", "  ✘ {}: {}")
    return visible("\n".join(lines)) + "\n"


def drift_markdown(drift: Drift, violations: Sequence[Violation] = ()) -> str:
    """Returns the changes as a page."""
    lines = [f"# {drift.before} → {drift.after}", "", _sum(drift)]
    for dialect, changes in _by_dialect(drift.changes).items():
        lines += ["", f"## {dialect}"]
        for heading, group in _methods(changes).items():
            lines += ["", f"### {heading[0].upper()}{heading[1:]}", ""]
            lines += [f"- {_bold(one)}`{one.detail}`" for one in group]
        for owner, group in _places(changes).items():
            lines += ["", f"### {_heading(owner, group[0])}", ""]
            lines += [f"- {_bold(one)}`{one.place}` {one.words}" for one in group]
    lines += _violated(violations, "\n## {}\n", "- `{}`: {}")
    return visible("\n".join(lines)) + "\n"


def drift_json(drift: Drift, violations: Sequence[Violation] = ()) -> str:
    """Returns the changes for programs."""
    return _Report(drift=drift, violations=tuple(violations)).model_dump_json(indent=1) + "\n"


def _sum(drift: Drift) -> str:
    count = len(drift.changes)
    if not count:
        return f"{drift.before} → {drift.after}: nothing changed"
    return (
        f"{drift.before} → {drift.after}: {count} changes, {drift.breaking} of them can break "
        "a client that was made for the older one (!)"
    )


def _by_dialect(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        found[", ".join(change.dialects)].append(change)
    return dict(sorted(found.items()))


def _methods(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Returns the methods that came and went, by what a heading says of them."""
    found: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.is_method:
            verb = "new" if change.what is What.METHOD_ADDED else "gone"
            found[f"{verb}: {change.owner}s"].append(change)
    return found


def _places(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Returns the other changes by method or definition; what breaks first, then the shortest."""
    found: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if not change.is_method:
            found[change.owner].append(change)
    return {name: sorted(group, key=_rank) for name, group in sorted(found.items())}


def _rank(change: Change) -> tuple[bool, int, str]:
    return not change.breaking, len(_words(change)), _words(change)


def _words(change: Change) -> str:
    return f"{change.place} {change.words}".strip()


def _heading(owner: str, change: Change) -> str:
    sent = SENT[change.senders]
    if owner.partition(".")[0] in change.methods:
        return f"{owner}: {sent}"
    first = ", ".join(change.methods[:SHOWN])
    more = len(change.methods) - SHOWN
    return f"{owner}: {sent}, in {first}" + (f" and {more} more" if more > 0 else "")


def _bold(change: Change) -> str:
    return "**breaking:** " if change.breaking else ""


def _violated(violations: Sequence[Violation], heading: str, line: str) -> Iterator[str]:
    if violations:
        yield heading.format("What you depend on, and what breaks it")
        yield from (line.format(one.entry, one.how) for one in violations)
