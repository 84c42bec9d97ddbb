"""A matrix in each format: laid out alike, nothing told by colour alone, and links that lead on."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from seatrial.conformance import Blame, CheckResult, Level, Verdict
from seatrial.conformance.matrix import Cell, Column, Judged, Matrix, Problem, Row
from seatrial.reports.look import SYMBOLS
from seatrial.reports.matrix import (
    BadMatrix,
    matrix_html,
    matrix_json,
    matrix_markdown,
    read_matrix,
    terminal,
    write_matrix,
)
from seatrial.reports.matrix.grid import grids, headline, legend

MakeMatrix = Callable[..., Matrix]


def cell(verdict: Verdict, text: str = "plain", **changes: Any) -> Cell:
    fields: dict[str, Any] = {
        "requirement": f"approvals.command.{verdict.value.replace(' ', '-')}",
        "dialect": "app_v2",
        "wire": "responses",
        "verdict": verdict,
        "blame": None if verdict in {Verdict.PASS, Verdict.NOT_APPLICABLE} else Blame.SERVER,
        "reason": text,
        "divergence": text,
        "duration": 0.25,
        "judged": "2026-01-02T03:04:05+00:00",
    }
    return Cell(**(fields | changes))


def problem(text: str = "plain") -> Problem:
    return Problem(what=text, expected=text, arrived=text, cause=text, remedy=text, evidence=text)


def column(*cells: Cell, name: str = "codex@0.98.0", **changes: Any) -> Column:
    fields: dict[str, Any] = {
        "name": name,
        "title": f"Title of {name}",
        "profile": "codex",
        "release": name.partition("@")[2] or None,
        "places": tuple(dict.fromkeys(one.where for one in cells)),
        "cells": cells,
    }
    return Column(**(fields | changes))


def matrix(*columns: Column, text: str = "plain") -> Matrix:
    names = dict.fromkeys(one.requirement for each in columns for one in each.cells)
    return Matrix(
        seatrial="0.1.0",
        started="2026-01-02T03:04:05+00:00",
        duration=1.5,
        platform=text,
        layer=text,
        rows=tuple(
            Row(
                requirement=name,
                statement=text,
                area=name.partition(".")[0],
                level=Level.SHOULD,
                source=text,
            )
            for name in names
        ),
        columns=columns,
    )


def full(text: str = "plain") -> Matrix:
    """Every verdict, a reused cell, a server that cannot be judged and one with nothing to say."""
    return matrix(
        column(*(cell(verdict, text) for verdict in Verdict), title=text),
        column(
            cell(Verdict.PASS, reused=True), cell(Verdict.FAIL, wire="chat"), name="codex@0.65.0"
        ),
        column(name="codex@9.9.9", title=text, problem=problem(text)),
        column(name="quiet", title=text, silent=text),
        text=text,
    )


# Layout


def test_a_grid_has_the_servers_of_its_place_and_the_rows_that_were_judged_there() -> None:
    first, chat = grids(full())
    assert (first.place, chat.place) == ("app_v2", "app_v2, chat")
    assert [one.name for one in first.columns] == ["codex@0.98.0", "codex@0.65.0", "codex@9.9.9"]
    assert [one.name for one in chat.columns] == ["codex@0.65.0", "codex@9.9.9"]
    assert [line.name for line in chat.areas["approvals"]] == ["command.fail"]
    (line,) = chat.areas["approvals"]
    assert [found and found.verdict for found in line.cells] == [Verdict.FAIL, None]
    assert len(first.areas["approvals"]) == len(Verdict)


def test_a_server_whose_dialects_are_known_is_a_column_of_those_only() -> None:
    broken = column(name="codex@1", problem=problem(), places=("mcp",))
    grid, _ = grids(matrix(column(cell(Verdict.PASS)), broken))
    assert [one.name for one in grid.columns] == ["codex@0.98.0"]


def test_the_legend_names_what_is_there_and_nothing_else() -> None:
    names = [name for _, name, _ in legend(full())]
    assert names[0] == "pass"
    assert set(names) == {*(verdict.value for verdict in Verdict), "not judged", "reused"}
    assert [name for _, name, _ in legend(matrix(column(cell(Verdict.WARN))))] == ["warn"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ((column(cell(Verdict.PASS)),), "Nothing is red"),
        ((column(cell(Verdict.PASS)), column(problem=problem())), "1 of 2 servers needs attention"),
        (
            (column(cell(Verdict.FAIL)), column(cell(Verdict.STALE))),
            "2 of 2 servers need attention",
        ),
        ((column(cell(Verdict.NOT_APPLICABLE)),), "Nothing was judged"),
    ],
)
def test_the_headline(columns: tuple[Column, ...], said: str) -> None:
    assert headline(matrix(*columns)) == said


# Terminal


def printed(shown: Matrix, width: int) -> str:
    console = Console(width=width, color_system=None, legacy_windows=False)
    with console.capture() as capture:
        console.print(terminal.shown(shown, width))
    return capture.get()


def many(count: int) -> Matrix:
    return matrix(*(column(cell(Verdict.PASS), name=f"codex@0.{n}.0") for n in range(count)))


def test_the_terminal_names_servers_where_there_is_room_and_numbers_them_where_there_is_not() -> (
    None
):
    roomy = printed(many(11), 160)
    assert "0.10.0" in roomy.partition("approvals")[0]
    narrow = printed(many(11), 80)
    grid, _, rest = narrow.partition("server")
    assert "0.10.0" not in grid
    assert " 11 " in rest or "│ 11 │ codex 0.10.0" in rest
    assert max(map(len, grid.splitlines())) <= 80


def test_the_terminal_tells_everything() -> None:
    text = printed(full(), 160)
    for verdict in Verdict:
        assert SYMBOLS[verdict] in text
        assert verdict.value in text
    assert "✓·" in text
    assert "codex 9.9.9: could not be judged" in text
    assert "quiet: plain" in text
    assert re.search(r"expected +plain", text)
    assert "blame: server" in text


def test_the_terminal_shows_what_is_hidden(hostile: str) -> None:
    shown = full(hostile)
    text = printed(shown, 160) + "".join(str(terminal.finished(one)) for one in shown.columns)
    assert not re.search("[\x00\x08\x1b\u202e]", text)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (column(cell(Verdict.PASS, reused=True)), "✔ Title of codex@0.98.0: 1 pass · 1 reused"),
        (column(cell(Verdict.FAIL)), "✘ Title of codex@0.98.0: 1 fail"),
        (column(problem=problem()), "— codex@0.98.0: plain"),
        (column(silent="it is mute"), "— codex@0.98.0: it is mute"),
    ],
)
def test_a_server_that_is_through_is_a_line(shown: Column, said: str) -> None:
    assert str(terminal.finished(shown)) == said


# JSON


def test_json_comes_back_as_it_was(hostile: str) -> None:
    for text in ("plain", hostile):
        assert read_matrix(matrix_json(full(text))) == full(text)


def test_json_has_the_counts_and_fits_its_published_schema() -> None:
    data = json.loads(matrix_json(full()))
    assert (data["schema_version"], data["exit_status"]) == (1, 1)
    assert data["columns"][0]["counts"] == {verdict.value: 1 for verdict in Verdict}
    assert data["columns"][0]["blames"] == {"server": 6}
    jsonschema.validate(data, Matrix.model_json_schema(mode="serialization"))


@pytest.mark.parametrize(
    ("text", "arrived"),
    [
        ("{", "Expecting"),
        ("[]", "a JSON list"),
        ("{}", "schema_version None"),
        ('{"schema_version": 1}', "seatrial: Field required"),
    ],
)
def test_json_that_is_no_matrix_is_refused(text: str, arrived: str) -> None:
    with pytest.raises(BadMatrix) as caught:
        read_matrix(text)
    assert arrived in caught.value.arrived


# Markdown


def test_markdown_has_a_table_for_each_place() -> None:
    text = matrix_markdown(full())
    assert text.startswith("## ❌ 3 of 4 servers need attention\n")
    assert "### `app_v2, chat`" in text
    assert "\n#### approvals\n" in text
    assert "| `command.pass` | ✓ | ✓· | — |" in text
    assert "| `codex` | 0\\.98\\.0 |" in text or "| `codex` | 0.98.0 |" in text
    assert "### `codex@9.9.9` could not be judged" in text


def test_markdown_is_not_changed_by_what_it_shows(hostile: str) -> None:
    assert len(matrix_markdown(full(hostile)).splitlines()) == len(
        matrix_markdown(full("plain")).splitlines()
    )


# HTML


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def values(self, name: str) -> list[str]:
        return [str(value) for attribute, value in self.attributes if attribute == name]


def test_no_text_changes_the_shape_of_the_page(hostile: str) -> None:
    page = Page(matrix_html(full(hostile)))
    assert page.tags == Page(matrix_html(full())).tags
    assert "script" not in page.tags


@settings(max_examples=15)
@given(text=st.text(max_size=30))
def test_not_any_text(text: str) -> None:
    assert Page(matrix_html(full(f"x{text}"))).tags == Page(matrix_html(full())).tags


def test_elements_are_balanced_and_each_head_has_its_scope() -> None:
    stack: list[str] = []
    page = Page(matrix_html(full()))
    for tag in page.tags:
        if tag.startswith("/"):
            assert stack.pop() == tag[1:]
        elif tag not in {"meta", "link"}:
            stack.append(tag)
    assert stack == []
    assert page.tags.count("th") == len(page.values("scope"))
    assert len(page.values("id")) == len(set(page.values("id")))
    links = page.values("href")
    assert {one[1:] for one in links if one.startswith("#")} <= set(page.values("id"))


def test_each_cell_says_its_verdict_in_a_word() -> None:
    text = matrix_html(full())
    for verdict in Verdict:
        assert f'<span class="hidden">{verdict.value}</span>' in text
    assert '<span class="hidden">pass, reused</span>' in text
    assert '<span class="hidden">not judged</span>' in text


def test_the_page_allows_its_own_style_only() -> None:
    text = matrix_html(full())
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert ".grid" in style
    assert ".badge" in style


# The folder


@pytest.fixture
def judged(make_run: Any, make_check: Any) -> Judged:
    def results() -> list[CheckResult]:
        return [
            make_check(Verdict.PASS, wire="responses"),
            make_check(Verdict.FAIL, wire="chat"),
            make_check(Verdict.PASS, steps=()),
        ]

    cells = [cell(one.verdict, wire=one.wire) for one in results()]
    names = ("codex@0.98.0", "CODEX@0.98.0", "../../x y")
    shown = matrix(
        *(column(*cells, name=name) for name in names), column(name="gone", problem=problem())
    )
    return Judged(matrix=shown, runs={name: make_run(*results()) for name in names})


def test_each_cell_leads_to_its_place_in_its_servers_report(judged: Judged, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "down"
    written = write_matrix(judged, folder)
    assert read_matrix(written.json.read_text("utf-8")) == written.matrix
    links = Page(written.html.read_text("utf-8")).values("href")
    for each in written.matrix.columns:
        for found in each.cells:
            file, _, place = found.page.partition("#")
            assert f'id="{place}"' in (folder / file).read_text("utf-8")
            assert found.page in links
            assert not found.transcript or (folder / found.transcript).is_file()
        assert not each.cells or (folder / each.report).is_file()
    assert written.matrix.columns[0].cells[1].page == (
        "servers/codex-0.98.0/report.html#approvals.command.fail-app_v2-chat"
    )
    assert written.markdown.read_text("utf-8").startswith("## ")


def test_servers_of_like_names_do_not_share_a_folder(judged: Judged, tmp_path: Path) -> None:
    write_matrix(judged, tmp_path)
    assert sorted(one.name for one in (tmp_path / "servers").iterdir()) == [
        "CODEX-0.98.0-2",
        "codex-0.98.0",
        "x-y",
    ]


def test_a_second_matrix_replaces_the_first(judged: Judged, tmp_path: Path) -> None:
    first = write_matrix(judged, tmp_path)
    assert write_matrix(judged, tmp_path) == first
