"""The strict applier: it makes of a text what a true diff says, and nothing of a false one."""

from __future__ import annotations

from difflib import unified_diff

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.dialects import FileChange
from seatrial_suites.approvals.diffs import Misfit, applied, outcome

LINES = st.lists(
    st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "-\n", "@@ -1 +1 @@\n", "é\u2028\n"])
)
TEXTS = st.builds(lambda lines, last: "".join(lines) + last, LINES, st.sampled_from(["", "z"]))
NO_END = "\n\\ No newline at end of file\n"


def lines_of(text: str) -> list[str]:
    parts = text.split("\n")
    ended = [f"{part}\n" for part in parts[:-1]]
    return [*ended, parts[-1]] if parts[-1] else ended


def diff_of(before: str, after: str, context: int) -> str:
    lines = list(unified_diff(lines_of(before), lines_of(after), n=context))[2:]
    return "".join(line if line.endswith("\n") else line + NO_END for line in lines)


@given(before=TEXTS, after=TEXTS, context=st.integers(0, 3))
def test_a_true_diff_is_applied(before: str, after: str, context: int) -> None:
    assert applied(before.encode(), diff_of(before, after, context)) == after.encode()


@given(before=TEXTS, after=TEXTS, other=TEXTS)
def test_a_diff_is_applied_only_where_its_text_is(before: str, after: str, other: str) -> None:
    try:
        made = applied(other.encode(), diff_of(before, after, 1000))
    except Misfit:
        return
    if before != after:  # what comes behind the text is no matter of the diff
        assert other.startswith(before)
        assert made.decode() == after + other.removeprefix(before)


@pytest.mark.parametrize(
    "diff",
    [
        "-a\n+b\n",
        "@@ -1 +1 @@\n-b\n+c\n",
        "@@ -2 +2 @@\n-a\n+b\n",
        "@@ -1 +2 @@\n-a\n+b\n",
        "@@ -1,2 +1 @@\n-a\n+b\n",
        "@@ -1 +1 @@\n-a\\r\n+b\n",
        f"@@ -1 +1 @@\n-a{NO_END}+b\n",
    ],
)
def test_a_false_diff_is_not_applied(diff: str) -> None:
    with pytest.raises(Misfit):
        applied(b"a\n", diff)


FILES = {"a": b"one\n", "b": b"two\n"}


def test_files_are_added_deleted_updated_and_moved() -> None:
    changes = [
        FileChange(path="c", kind="add", diff="three\n"),
        FileChange(path="a", kind="delete", diff="one\n"),
        FileChange(path="b", kind="update", diff="@@ -1 +1 @@\n-two\n+TWO\n", move_to="d"),
    ]
    assert outcome(FILES, changes) == {"c": b"three\n", "d": b"TWO\n"}


@pytest.mark.parametrize(
    "change",
    [
        FileChange(path="a", kind="add", diff="x"),
        FileChange(path="z", kind="delete", diff=""),
        FileChange(path="a", kind="delete", diff="another\n"),
    ],
)
def test_a_change_that_does_not_fit_the_files_is_not_applied(change: FileChange) -> None:
    with pytest.raises(Misfit):
        outcome(FILES, [change])
