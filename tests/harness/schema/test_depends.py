"""What a user depends on, and what of it a newer schema breaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.schema import BadDependency, Bundle, read_dependencies, violations

Read = Callable[..., Bundle]


@pytest.fixture
def broken(document: dict[str, Any], read: Read, tmp_path: Path) -> Callable[..., list[str]]:
    """Returns what a change of the schema breaks of a list."""

    def of(entries: str, change: Callable[[dict[str, Any]], Any]) -> list[str]:
        change(document["definitions"])
        file = tmp_path / "list.txt"
        file.write_text(entries)
        found = violations(read(), read(document), read_dependencies(file))
        return [f"{one.entry}: {one.how}" for one in found]

    return of


def nothing(definitions: dict[str, Any]) -> None:
    """Changes nothing."""


def in_turn(change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda definitions: change(definitions["v2"]["Turn"])


@pytest.mark.parametrize(
    ("entry", "change", "how"),
    [
        ("list", lambda d: d["ClientRequest"]["oneOf"].pop(), "the method is gone"),
        (
            "turn/start",
            lambda d: d["v2"]["TurnStartParams"]["required"].append("note"),
            "the client has to send params.note now",
        ),
        ("turn/done.params.turn.why", in_turn(lambda t: t["properties"].pop("why")), "why is gone"),
        (
            "turn/start.result.turn.id",
            in_turn(lambda t: t["required"].remove("id")),
            "it may be missing now",
        ),
        (
            "turn/done.params.turn",
            lambda d: d["v2"]["TurnDoneNotification"]["required"].remove("turn"),
            "it may be missing now",
        ),
        (
            "turn/done.params.turn.status=failed",
            in_turn(lambda t: t["properties"]["status"]["enum"].remove("failed")),
            "the value is gone",
        ),
        (
            "turn/start.params.mode",
            lambda d: d["v2"]["TurnStartParams"]["properties"]["mode"]["enum"].remove("fast"),
            "it may not be fast any more",
        ),
        (
            "may/run.params.what.line",
            lambda d: d["v2"]["MayRunParams"]["properties"]["what"]["oneOf"].pop(0),
            "line is gone",
        ),
        (
            "turn/done.params.turn.id",
            in_turn(lambda t: t["properties"].update(id={"type": ["string", "null"]})),
            "it may be null now",
        ),
        (
            "turn/start.params.text",
            lambda d: d["v2"]["TurnStartParams"]["properties"].update(text={"type": "integer"}),
            "it may not be string any more",
        ),
    ],
)
def test_what_breaks_is_named_with_the_entry(
    broken: Callable[..., list[str]], entry: str, change: Callable[[Any], Any], how: str
) -> None:
    assert broken(entry, change) == [f"{entry}: {how}"]


@pytest.mark.parametrize(
    ("entry", "change"),
    [
        ("turn/start", nothing),
        ("turn/start", lambda d: d["v2"]["TurnStartParams"]["properties"].update(extra={})),
        ("turn/start.params.mode", in_turn(lambda t: t["properties"].pop("why"))),
        (
            "turn/done.params.turn.status=done",
            in_turn(lambda t: t["properties"]["status"]["enum"].remove("failed")),
        ),
        (
            "turn/start.params.mode",
            lambda d: d["v2"]["TurnStartParams"]["properties"]["mode"]["enum"].append("idle"),
        ),
    ],
)
def test_other_changes_do_not_matter(
    broken: Callable[..., list[str]], entry: str, change: Callable[[Any], Any]
) -> None:
    assert broken(entry, change) == []


def test_a_method_that_comes_with_the_newer_schema_breaks_nothing(
    document: dict[str, Any], read: Read, tmp_path: Path
) -> None:
    document["definitions"]["ClientRequest"]["oneOf"].pop()
    file = tmp_path / "list.txt"
    file.write_text("list\nlist.result.names\n")
    assert violations(read(document), read(), read_dependencies(file)) == []


@pytest.mark.parametrize(
    ("entry", "near"),
    [
        ("turn/strat", "did you mean turn/start?"),
        ("turn/start.params.tex", "did you mean text?"),
        ("turn/done.params.turn.status=fialed", "did you mean failed?"),
        ("initialized.params.x", "neither schema has initialized.params.x"),
    ],
)
def test_an_entry_that_means_nothing_is_an_error(
    broken: Callable[..., list[str]], entry: str, near: str
) -> None:
    with pytest.raises(BadDependency, match="neither schema has") as raised:
        broken(entry, nothing)
    assert near in str(raised.value)


@pytest.mark.parametrize("entry", ["turn/start.text", "two words", "=x", "turn/start.params.a b"])
def test_an_entry_that_cannot_be_read_is_an_error(
    broken: Callable[..., list[str]], entry: str
) -> None:
    with pytest.raises(BadDependency, match="cannot be read"):
        broken(entry, nothing)


def test_a_list_is_toml_or_a_text_with_comments(tmp_path: Path) -> None:
    text, toml = tmp_path / "list", tmp_path / "list.toml"
    text.write_text("# ours\nlist  # the names\n\nturn/start.params.mode=fast\n")
    toml.write_text('depends = ["list", "turn/start.params.mode=fast"]\n')
    assert read_dependencies(text) == read_dependencies(toml)
    assert [one.value for one in read_dependencies(text)] == [None, "fast"]


@pytest.mark.parametrize(
    ("name", "content"), [("a.toml", "depends = "), ("b.toml", ""), ("c.txt", "# nothing\n")]
)
def test_a_list_without_entries_is_an_error(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content)
    with pytest.raises(BadDependency, match="cannot be read"):
        read_dependencies(file)
    with pytest.raises(BadDependency, match="No such file"):
        read_dependencies(tmp_path / "elsewhere")
