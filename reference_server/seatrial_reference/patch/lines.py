"""Texts as lines that keep their ends, so that what is not changed stays byte for byte."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial_reference.patch.grammar import Chunk

NO_END = "\\ No newline at end of file"
"""How a unified diff says that the line before it has no end."""


class Conflict(Exception):
    """The patch does not fit the files; the text is for the model."""


def split(text: str) -> list[str]:
    """Split a text into lines with their ends; only the last one may have none."""
    lines = text.split("\n")
    ended = [f"{line}\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended


def updated(text: str, chunks: Sequence[Chunk]) -> str:
    """Give the text with the chunks applied, one after the other.

    Lines that come have the ends that the file's lines have. A file whose last line has no end is
    left like that.

    Raises:
        Conflict: A chunk is not found in the text.
    """
    lines = split(text)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    done: list[str] = []
    for chunk in chunks:
        at = _place(lines, chunk)
        done += lines[:at]
        old = lines[at:]
        for mark, line in chunk.lines:
            if mark == "+":
                done.append(line + end)
            else:
                kept = old.pop(0)
                done += [kept] if mark == " " else []
        lines = old
    whole = [line if line.endswith("\n") else line + end for line in (*done, *lines)]
    if whole and text and not text.endswith("\n"):
        whole[-1] = _bare(whole[-1])
    return "".join(whole)


def _place(lines: list[str], chunk: Chunk) -> int:
    """Find where a chunk begins."""
    bare = [_bare(line) for line in lines]
    start = 0
    if chunk.heading is not None:
        found = [number for number, line in enumerate(bare) if line.strip() == chunk.heading]
        if not found:
            raise Conflict(chunk.heading)
        start = found[0] + 1
    wanted = [line for mark, line in chunk.lines if mark != "+"]
    if not wanted:
        return start if chunk.heading is not None and not chunk.at_end else len(lines)
    last = len(bare) - len(wanted)
    for at in (last,) if chunk.at_end else range(start, last + 1):
        if at >= start and bare[at : at + len(wanted)] == wanted:
            return at
    raise Conflict("\n".join(wanted))


def _bare(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")


def unified(before: str, after: str) -> str:
    """Give the unified diff of two texts, without the names of files."""
    from difflib import unified_diff

    lines = list(unified_diff(split(before), split(after)))[2:]
    return "".join(_whole(lines))


def _whole(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n{NO_END}\n"
