"""Applies what a server shows of file changes, strictly: each line where it is said to be, exactly.

The form of a diff is the unified one of GNU diff, without the names of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from seatrial.dialects import FileChange

__all__ = ["Misfit", "applied", "outcome"]

_HEADER = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_NO_END = "\\ No newline at end of file\n"


class Misfit(ValueError):
    """A change that does not fit the files that it is meant for; the text says where."""


def outcome(files: Mapping[str, bytes], changes: Iterable[FileChange]) -> dict[str, bytes]:
    """Returns the files as they are after the changes that are shown.

    Args:
        files: The files before, by path.
        changes: What is shown, with paths like those of the files.

    Raises:
        Misfit: A change does not fit the files.
    """
    after = dict(files)
    for change in changes:
        if change.kind == "add":
            if change.path in after:
                raise Misfit(f"{change.path} is shown as added, but was there before")
            after[change.path] = change.diff.encode()
            continue
        if change.path not in after:
            raise Misfit(f"{change.path} is shown as changed, but was not there before")
        text = after.pop(change.path)
        if change.kind == "delete":
            if change.diff and change.diff.encode() != text:
                raise Misfit(f"what is shown of {change.path} is not what is deleted")
        else:
            after[change.move_to or change.path] = applied(text, change.diff)
    return after


def applied(before: bytes, diff: str) -> bytes:
    """Returns a text with a unified diff applied.

    Args:
        before: The text.
        diff: The diff; an empty one changes nothing.

    Raises:
        Misfit: A line is not where the diff says, or the diff is none.
    """
    old = _lines(before.decode())
    lines = _joined(_lines(diff))
    new: list[str] = []
    taken = 0
    while lines:
        header = _HEADER.match(lines.pop(0))
        if header is None:
            raise Misfit("a part of the diff does not begin with a line @@ -… +… @@")
        start, count, to, come = (int(part or 1) for part in header.groups())
        begin = start - 1 if count else start
        new += old[taken:begin]
        if len(new) != (to - 1 if come else to):
            raise Misfit(f"the part {header[0]} does not come out at line {to}")
        taken = begin
        body = [lines.pop(0) for _ in range(_length(lines, count, come))]
        for line in body:
            if line[0] != "+":
                if old[taken : taken + 1] != [line[1:]]:
                    raise Misfit(f"line {taken + 1} is not {line[1:]!r}, as the diff says")
                taken += 1
            if line[0] != "-":
                new.append(line[1:])
    return "".join(new + old[taken:]).encode()


def _length(lines: list[str], count: int, come: int) -> int:
    """Returns how many lines a part has, of which so many go or stay, and so many come or stay."""
    for number, line in enumerate(lines):
        if not count and not come:
            return number
        if line[0] not in " -+":
            break
        count -= line[0] != "+"
        come -= line[0] != "-"
    if count or come:
        raise Misfit("a part of the diff has more or fewer lines than its header says")
    return len(lines)


def _lines(text: str) -> list[str]:
    """Splits a text after each line feed; nothing else ends a line."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _joined(lines: list[str]) -> list[str]:
    """Takes the line end off each line that is followed by the note that it has none."""
    joined: list[str] = []
    for line in lines:
        if line == _NO_END and joined:
            joined[-1] = joined[-1].removesuffix("\n")
        else:
            joined.append(line)
    return joined
