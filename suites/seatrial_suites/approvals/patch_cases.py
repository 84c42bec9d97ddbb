"""The file changes that the checks have the model wish for, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seatrial_provider import add_file, change_files, delete_file, update_file
from seatrial_provider.intents import FileChange

__all__ = ["CASES", "FORBIDDEN", "MIXED", "OTHER", "SAME", "UPDATE", "PatchCase"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchCase:
    """One patch, the files that it finds, and the files that it is to leave.

    Attributes:
        name: What it is about; also what the user says.
        before: The files that are there, by path.
        wished: The changes that the model wishes.
        after: The files that are to be there afterwards, by path.
    """

    name: str
    before: Mapping[str, bytes] = field(default_factory=dict)
    wished: tuple[FileChange, ...]
    after: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def intent(self) -> change_files:
        """The model's wish."""
        return change_files(self.wished)


_TEN = b"".join(b"line %d\n" % number for number in range(1, 11))

CASES = (
    PatchCase(
        name="a file is added",
        wished=(add_file("added.txt", "one\ntwo\n"),),
        after={"added.txt": b"one\ntwo\n"},
    ),
    PatchCase(
        name="a file is updated in two places",
        before={"updated.txt": _TEN},
        wished=(
            update_file(
                "updated.txt", "@@\n line 1\n-line 2\n+LINE 2\n@@\n line 8\n+line 8½\n line 9\n"
            ),
        ),
        after={
            "updated.txt": _TEN.replace(b"line 2\n", b"LINE 2\n").replace(
                b"line 8\n", "line 8\nline 8½\n".encode()
            )
        },
    ),
    PatchCase(
        name="a file is deleted",
        before={"deleted.txt": b"gone\n"},
        wished=(delete_file("deleted.txt"),),
    ),
    PatchCase(
        name="a file is moved and updated",
        before={"moved.txt": b"alpha\nbeta\n"},
        wished=(update_file("moved.txt", "@@\n-alpha\n+ALPHA\n beta\n", move_to="moved-to.txt"),),
        after={"moved-to.txt": b"ALPHA\nbeta\n"},
    ),
    PatchCase(
        name="several files are changed at once",
        before={"several-1.txt": b"one\n", "several-2.txt": b"two\n"},
        wished=(
            update_file("several-1.txt", "@@\n-one\n+ONE\n"),
            delete_file("several-2.txt"),
            add_file("several-3.txt", "three\n"),
        ),
        after={"several-1.txt": b"ONE\n", "several-3.txt": b"three\n"},
    ),
    PatchCase(
        name="the lines end in CRLF",
        before={"crlf.txt": b"one\r\ntwo\r\nthree\r\n"},
        wished=(update_file("crlf.txt", "@@\n one\n-two\n+TWO\n three\n"),),
        after={"crlf.txt": b"one\r\nTWO\r\nthree\r\n"},
    ),
    PatchCase(
        name="the last line has no end",
        before={"unended.txt": b"one\ntwo"},
        wished=(update_file("unended.txt", "@@\n-one\n+ONE\n two\n"),),
        after={"unended.txt": b"ONE\ntwo"},
    ),
    PatchCase(
        name="names and texts are not ASCII",
        before={"grün 鳥.txt": "één\n".encode()},
        wished=(update_file("grün 鳥.txt", "@@\n-één\n+eins ✓\n"),),
        after={"grün 鳥.txt": "eins ✓\n".encode()},
    ),
)
"""What is accepted, one patch after the other."""

FORBIDDEN = (
    CASES[0],
    CASES[1],
    CASES[2],
    CASES[3],
    PatchCase(
        name="a file is added in a new folder",
        wished=(add_file("new/folder/added.txt", "one\n"),),
        after={"new/folder/added.txt": b"one\n"},
    ),
)
"""What is accepted where the sandbox alone would allow none of it."""

UPDATE = PatchCase(
    name="update",
    before={"file.txt": b"one\ntwo\nthree\n"},
    wished=(update_file("file.txt", "@@\n one\n-two\n+TWO\n three\n"),),
    after={"file.txt": b"one\nTWO\nthree\n"},
)
"""A patch for the checks that are not about what a patch can do."""

MIXED = PatchCase(
    name="everything at once",
    before={**UPDATE.before, "gone.txt": b"gone\r\n", "from.txt": b"alpha"},
    wished=(
        *UPDATE.wished,
        add_file("added.txt", "one\n"),
        delete_file("gone.txt"),
        update_file("from.txt", "@@\n-alpha\n+ALPHA\n", move_to="to.txt"),
    ),
)
"""Everything that a patch can do, for the checks in which nothing of it may be done."""

SAME = PatchCase(
    name="same file again",
    wished=(update_file("file.txt", "@@\n-one\n+ONE\n"),),
    after={"file.txt": b"ONE\nTWO\nthree\n"},
)
"""Changes the same file as `UPDATE`, after it."""

OTHER = PatchCase(
    name="different file",
    before={"other.txt": b"one\n"},
    wished=(update_file("other.txt", "@@\n-one\n+ONE\n"),),
    after={"other.txt": b"ONE\n"},
)
