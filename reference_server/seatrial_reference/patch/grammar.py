"""The language of `apply_patch`: text, read into what is to become of each file.

Source: the grammar in the tool `apply_patch` that Codex 0.65.0 to 0.163.0 offer.
"""

from __future__ import annotations

from dataclasses import dataclass

from seatrial_reference.arguments import BadCall, passable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN, END = "*** Begin Patch", "*** End Patch"
ADD, DELETE, UPDATE = "*** Add File: ", "*** Delete File: ", "*** Update File: "
MOVE, AT_END = "*** Move to: ", "*** End of File"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One place of a file that is updated.

    Args:
        heading: A line further up, or None.
        lines: Marks and lines: a space for one that stays, `-` for one that goes, `+` for one that
            comes.
        at_end: Whether the place is at the end of the file.
    """

    heading: str | None
    lines: tuple[tuple[str, str], ...]
    at_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePatch:
    """What is to become of one file.

    Args:
        kind: `add`, `update` or `delete`.
        path: The file, as the patch names it.
        content: The whole text of a file that is added.
        chunks: The places of one that is updated.
        move_to: The path that it is moved to, or None.
    """

    kind: str
    path: str
    content: str = ""
    chunks: tuple[Chunk, ...] = ()
    move_to: str | None = None


def parse(text: str) -> tuple[FilePatch, ...]:
    """Read a patch.

    Raises:
        BadCall: It is not one; the text says where.
    """
    lines = text.strip("\n").split("\n")
    if len(lines) < 2 or lines[0].strip() != BEGIN or lines[-1].strip() != END:
        raise BadCall(f"apply_patch: a patch begins with {BEGIN!r} and ends with {END!r}")
    left = lines[1:-1]
    patches: list[FilePatch] = []
    while left:
        patches.append(_file(left))
    if not patches:
        raise BadCall("apply_patch: the patch changes no file")
    return tuple(patches)


def _file(left: list[str]) -> FilePatch:
    """Take one file off the lines that are left."""
    line = left.pop(0)
    if line.startswith(ADD):
        added = _taken(left, lambda one: one.startswith("+"))
        content = "".join(f"{one[1:]}\n" for one in added)
        return FilePatch(kind="add", path=passable(line.removeprefix(ADD)), content=content)
    if line.startswith(DELETE):
        return FilePatch(kind="delete", path=passable(line.removeprefix(DELETE)))
    if line.startswith(UPDATE):
        return _update(passable(line.removeprefix(UPDATE)), left)
    raise BadCall(f"apply_patch: {line!r} begins no change of a file")


def _update(path: str, left: list[str]) -> FilePatch:
    move_to = None
    if left and left[0].startswith(MOVE):
        move_to = passable(left.pop(0).removeprefix(MOVE))
    body = _taken(left, lambda one: one == AT_END or not one.startswith("*** "))
    chunks: list[Chunk] = []
    while body:
        chunks.append(_chunk(path, body))
    if not chunks and move_to is None:
        raise BadCall(f"apply_patch: the update of {path} is empty")
    return FilePatch(kind="update", path=path, chunks=tuple(chunks), move_to=move_to)


def _chunk(path: str, body: list[str]) -> Chunk:
    heading = None
    if body[0].startswith("@@"):
        heading = body.pop(0)[2:].strip() or None
    taken = _taken(body, lambda one: not one.startswith("@@") and one != AT_END)
    at_end = bool(body) and body[0] == AT_END
    if at_end:
        body.pop(0)
    lines = tuple((one[0], one[1:]) if one else (" ", "") for one in taken)
    for mark, rest in lines:
        if mark not in {" ", "-", "+"}:
            raise BadCall(f"apply_patch: {mark + rest!r} in the update of {path} has no mark")
    return Chunk(heading=heading, lines=lines, at_end=at_end)


def _taken(left: list[str], belongs: Callable[[str], bool]) -> list[str]:
    """Take lines off as long as they belong."""
    taken: list[str] = []
    while left and belongs(left[0]):
        taken.append(left.pop(0))
    return taken
