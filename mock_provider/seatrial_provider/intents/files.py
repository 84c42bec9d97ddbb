"""The intent to change files, and what a change of a file is."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Annotated, Literal

from annotated_types import MinLen

from seatrial_provider.intents.base import Call
from seatrial_provider.intents.conforming import unusable
from seatrial_provider.intents.values import Filled, Value

_FIRST = (" ", "+", "-", "@@")
_AT_END = "*** End of File"


@dataclass(frozen=True, slots=True)
class FileChange(Value):
    """One change of one file.

    Attributes:
        action: What is done.
        path: The file; a relative path begins at the working folder. Absolute paths, and paths
            that lead out of that folder, are said as they are.
        content: The whole text of a file that is added; a line end is put at its end.
        diff: How a file is updated: lines that begin with a space (stays), `-` (goes) or `+`
            (comes). A line `@@` begins a new place; text after it names a line further up.
            A line `*** End of File` ends a place that is at the end.
        move_to: The path that an updated file is moved to; None leaves it where it is.
    """

    action: Literal["add", "update", "delete"]
    path: Filled
    _: KW_ONLY
    content: str | None = None
    diff: Filled | None = None
    move_to: Filled | None = None

    def describe(self) -> str:
        """Returns the change in a few words for messages."""
        moved = "" if self.move_to is None else f" and move to {self.move_to}"
        return f"{self.action} {self.path}{moved}"

    def check(self) -> None:
        """Looks at whether there is all that the action needs, and no more."""
        needed = {"add": {"content"}, "update": {"diff"}, "delete": set()}[self.action]
        allowed = needed | ({"move_to"} if self.action == "update" else set())
        parts = ("content", "diff", "move_to")
        given = {name for name in parts if getattr(self, name) is not None}
        if not needed <= given <= allowed:
            raise unusable(
                "change of a file",
                expected=f"{self.action} with {' and '.join(sorted(needed)) or 'nothing else'}",
                arrived=f"{self.action} {self.path!r} with {', '.join(sorted(given)) or 'nothing'}",
                cause="Is the action not the one that was meant?",
                remedy="Use add_file(path, content), update_file(path, diff) or delete_file(path).",
            )
        for path in (self.path, self.move_to or ""):
            if "\n" in path:
                raise unusable(
                    "path of a change",
                    expected="a path on one line",
                    arrived=repr(path),
                    cause="Was it read with its line end?",
                    remedy="Strip it; a patch has no words for a path with a line end.",
                )
        _check_diff(self.diff)


@dataclass(frozen=True, slots=True)
class ChangeFiles(Call):
    """The model wants files to be changed, all in one patch.

    Attributes:
        changes: The changes, in order.
    """

    changes: Annotated[Sequence[FileChange], MinLen(1)]


def add_file(path: str, content: str) -> FileChange:
    """Makes the change that adds a file.

    Args:
        path: The file.
        content: Its whole text; a line end is put at its end.

    Raises:
        ScriptError: A value cannot be used.
    """
    return FileChange("add", path, content=content)


def update_file(path: str, diff: str, *, move_to: str | None = None) -> FileChange:
    """Makes the change that updates a file.

    Args:
        path: The file.
        diff: Lines that begin with a space (stays), `-` (goes) or `+` (comes).
        move_to: The path that the file is moved to; None leaves it where it is.

    Raises:
        ScriptError: A value cannot be used.
    """
    return FileChange("update", path, diff=diff, move_to=move_to)


def delete_file(path: str) -> FileChange:
    """Makes the change that deletes a file.

    Args:
        path: The file.

    Raises:
        ScriptError: The path cannot be used.
    """
    return FileChange("delete", path)


def _check_diff(diff: str | None) -> None:
    for number, line in enumerate((diff or "").removesuffix("\n").split("\n"), start=1):
        if line and line != _AT_END and not line.startswith(_FIRST):
            raise unusable(
                "diff of a change",
                expected="lines that begin with a space, '-', '+' or '@@'",
                arrived=f"line {number}: {line!r}",
                cause="Is the space missing in front of a line that stays as it is?",
                remedy="Put what happens to the line in front of it.",
            )
