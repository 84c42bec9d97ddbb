"""Patches: read, worked out against the files, asked for, made; and what is asked besides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference.conftest import completed, deciding, done, say, sse

from seatrial_reference.arguments import BadCall
from seatrial_reference.patch.files import Files
from seatrial_reference.patch.grammar import FilePatch, parse
from seatrial_reference.patch.lines import Conflict, split, unified, updated

if TYPE_CHECKING:
    from pathlib import Path

    from tests.reference.conftest import Message, Server, Stub

LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=3))
ENDS = st.sampled_from(["\n", "\r\n"])


def patch(*lines: str) -> str:
    return "\n".join(["*** Begin Patch", *lines, "*** End Patch", ""])


def update(*lines: str) -> tuple[Any, ...]:
    (read,) = parse(patch("*** Update File: f", *lines))
    return read.chunks


def test_a_patch_is_read() -> None:
    read = parse(
        patch(
            *("*** Add File: a", "+one", "+"),
            *("*** Update File: b", "*** Move to: c", "@@ head", " x", "-y", "+z"),
            *("@@", "+end", "*** End of File", "*** Delete File: d"),
        )
    )
    assert [(one.kind, one.path, one.move_to) for one in read] == [
        ("add", "a", None),
        ("update", "b", "c"),
        ("delete", "d", None),
    ]
    assert read[0].content == "one\n\n"
    first, second = read[1].chunks
    assert (first.heading, first.lines) == ("head", ((" ", "x"), ("-", "y"), ("+", "z")))
    assert second.at_end


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*** Begin Patch\n*** End Patch\n",
        patch("*** Rename File: a"),
        patch("*** Update File: a"),
        patch("*** Update File: a", "@@", "no mark"),
        patch("*** Delete File: a\0b"),
    ],
)
def test_what_is_no_patch_is_told(text: str) -> None:
    with pytest.raises(BadCall):
        parse(text)


@given(lines=LINES, end=ENDS, at=st.integers(0, 5), ended=st.booleans())
def test_an_update_keeps_every_other_byte(lines: list[str], end: str, at: int, ended: bool) -> None:
    before = [*lines[:at], "here", *lines[at:]]
    after = [*lines[:at], "there", *lines[at:]]
    last = end if ended or before[-1] == "" else ""
    text, wanted = end.join(before) + last, end.join(after) + last
    assert updated(text, update("@@", "-here", "+there")) == wanted


@pytest.mark.parametrize(
    ("text", "chunks", "after"),
    [
        ("a\nb\n", update("@@", "+c"), "a\nb\nc\n"),
        ("a\nb", update("@@", "+c"), "a\nb\nc"),
        ("x\na\nx\n", update("@@ a", "-x", "+y"), "x\na\ny\n"),
        ("x\nx\n", update("@@", "-x", "+y", "*** End of File"), "x\ny\n"),
        ("a\nb\n", update("@@", "-a", "@@", "-b"), ""),
    ],
)
def test_a_place_is_found(text: str, chunks: tuple[Any, ...], after: str) -> None:
    assert updated(text, chunks) == after


@pytest.mark.parametrize("chunks", [update("@@", "-z"), update("@@ z", "-a"), update("@@", " a b")])
def test_a_place_that_is_not_there_is_a_conflict(chunks: tuple[Any, ...]) -> None:
    with pytest.raises(Conflict):
        updated("a\nb\n", chunks)


@given(text=st.text())
def test_a_text_is_its_lines(text: str) -> None:
    assert "".join(split(text)) == text


def test_a_diff_says_where_no_line_end_is() -> None:
    note = "\\ No newline at end of file\n"
    assert unified("a\nb", "a\nB") == f"@@ -1,2 +1,2 @@\n a\n-b\n{note}+B\n{note}"


def test_files_that_changed_meanwhile_are_left_alone(tmp_path: Path) -> None:
    there = tmp_path / "a"
    there.write_text("one\n")
    changes = Files().plan(parse(patch("*** Delete File: a")), str(tmp_path))
    there.write_text("two\n")
    with pytest.raises(Conflict, match="meanwhile"):
        Files().make(changes)
    assert there.read_text() == "two\n"


@pytest.mark.parametrize(
    "wished",
    [
        [FilePatch(kind="add", path="a")],
        [FilePatch(kind="delete", path="b")],
        [FilePatch(kind="update", path="a", move_to="c")],
        [FilePatch(kind="delete", path="a"), FilePatch(kind="update", path="./a", move_to="d")],
        [FilePatch(kind="delete", path="binary")],
    ],
    ids=["there already", "not there", "target there", "twice", "no text"],
)
def test_what_does_not_fit_the_files_is_a_conflict(tmp_path: Path, wished: list[FilePatch]) -> None:
    (tmp_path / "a").write_text("one\n")
    (tmp_path / "c").write_text("one\n")
    (tmp_path / "binary").write_bytes(b"\xff\n")
    with pytest.raises(Conflict):
        Files().plan(wished, str(tmp_path))


def wish(stub: Stub, tool: str, **arguments: Any) -> None:
    """Let the model call a tool, and say something when it has heard of it."""
    call = {
        "type": "function_call",
        "call_id": "c",
        "name": tool,
        "arguments": json.dumps(arguments),
    }
    stub.replies += [sse(done(call), completed()), say("done")]


def told(stub: Stub) -> str:
    output: str = stub.requests[-1]["input"][-1]["output"]
    return output


def test_a_patch_is_asked_for_and_made(server: Server, stub: Stub) -> None:
    wish(stub, "apply_patch", input=patch("*** Add File: new/a", "+one"))
    server.turn(server.thread(sandbox="read-only"), deciding("accept"))
    (asked,) = server.named("item/fileChange/requestApproval")
    (started,) = server.items("item/started", "fileChange")
    (over,) = server.items("item/completed", "fileChange")
    assert asked["itemId"] == started["id"] == over["id"] == "c"
    path = str(server.cwd / "new" / "a")
    assert started["changes"] == [{"path": path, "kind": {"type": "add"}, "diff": "one\n"}]
    assert (server.cwd / "new" / "a").read_text() == "one\n"
    assert told(stub) == f"Success. Updated the following files:\nA {path}\n"


def test_a_patch_that_the_policy_never_allows_is_refused(server: Server, stub: Stub) -> None:
    wish(stub, "apply_patch", input=patch("*** Add File: a", "+one"))
    server.turn(server.thread(sandbox="read-only", approvalPolicy="never"))
    assert "rejected" in told(stub)
    assert server.items("item/started", "fileChange") == []
    assert not (server.cwd / "a").exists()


def test_a_link_out_of_the_workspace_is_outside(server: Server, stub: Stub, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    inside = server.cwd / "inside"
    inside.mkdir()
    (inside / "link").symlink_to(outside)
    wish(stub, "apply_patch", input=patch("*** Add File: link/a", "+one"))
    thread = server.thread(sandbox="workspace-write", cwd=str(inside))
    server.turn(thread, deciding("decline"))
    assert len(server.named("item/fileChange/requestApproval")) == 1
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("apply_patch", {}),
        ("request_permissions", {"permissions": {}}),
        ("request_permissions", {"permissions": {"file_system": {"write": ["relative"]}}}),
        ("request_user_input", {"questions": []}),
        ("request_user_input", {"questions": ["why?"]}),
        ("request_user_input", {"questions": [{"id": "a", "header": "", "question": ""}]}),
    ],
)
def test_a_call_that_is_no_good_is_told(
    server: Server, stub: Stub, tool: str, arguments: Message
) -> None:
    wish(stub, tool, **arguments)
    assert server.turn(server.thread())["status"] == "completed"
    assert told(stub).startswith(("failed to parse", "apply_patch"))


@pytest.mark.parametrize(
    ("answer", "write"),
    [
        ({"result": {"permissions": {"fileSystem": {"write": ["/a", "/c"]}}}}, ["/a"]),
        ({"result": {"permissions": {"fileSystem": {"write": "/a"}}}}, None),
        ({"result": {"permissions": []}}, None),
        ({"result": None}, None),
        ({"error": {"code": 1, "message": "no"}}, None),
    ],
)
def test_never_more_is_granted_than_was_asked_for_and_said(
    server: Server, stub: Stub, answer: Message, write: list[str] | None
) -> None:
    wish(stub, "request_permissions", permissions={"file_system": {"write": ["/a", "/b"]}})
    server.turn(server.thread(), lambda _: answer)
    granted = json.loads(told(stub))
    assert granted["permissions"]["file_system"] == (write and {"write": write})
    assert granted["scope"] == "turn"


@pytest.mark.parametrize(
    ("answers", "heard"),
    [
        ({"a": {"answers": ["x", 1]}, "b": {"answers": ["y"]}}, {"a": {"answers": ["x"]}}),
        ({"a": {"answers": "x"}}, {}),
        ({"a": "x"}, {}),
        (None, {}),
    ],
)
def test_only_answers_to_what_was_asked_are_told(
    server: Server, stub: Stub, answers: Any, heard: Message
) -> None:
    question = {"id": "a", "header": "h", "question": "?", "options": []}
    wish(stub, "request_user_input", questions=[question])
    server.turn(server.thread(), lambda _: {"result": {"answers": answers}})
    assert json.loads(told(stub)) == {"answers": heard}
