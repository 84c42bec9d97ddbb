import html
import re
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from seatrial.conformance import KillMatrix, VariantRow, Verdict
from seatrial.reports import kill_matrix_markdown, to_markdown
from seatrial.reports.markdown import block, code, plain, table
from seatrial.reports.safe import visible

ANY_TEXT = st.text(st.characters())
MARKUP = st.text("-+=.)1a *_`~|<>[]()#!&@\\\n$", max_size=30)
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _one_line(text: str) -> str:
    return " ".join(visible(text).split())


@given(text=ANY_TEXT | MARKUP)
@example("1. one")
@example("---")
@example("===")
@example("- x")
def test_plain_text_shows_as_it_is_and_is_one_paragraph(text: str) -> None:
    shown = READER.render(plain(text))
    paragraph = re.fullmatch(r"<p>([^<]*)</p>\n|", shown)
    assert paragraph is not None
    assert html.unescape(paragraph[1] or "").replace("@\u200b", "@") == _one_line(text)
    assert not re.search(r"@\w", shown)


@given(text=ANY_TEXT | MARKUP)
def test_a_code_span_shows_its_text_as_it_is(text: str) -> None:
    shown = READER.renderInline(code(text))
    assert html.unescape(shown.removeprefix("<code>").removesuffix("</code>")) == (
        _one_line(text) or " "
    )


@given(text=ANY_TEXT | MARKUP)
@example("a\n```\n# b")
@example("a\n~~~\n`````\nb")
def test_nothing_in_a_block_ends_it(text: str) -> None:
    tokens = READER.parse("\n".join(block(text)))
    assert [token.type for token in tokens] == ["fence"]


@given(cells=st.lists(MARKUP, min_size=3, max_size=3))
def test_no_cell_spills_over(cells: list[str]) -> None:
    rows = [[plain(cell) for cell in cells], [code(cell) for cell in cells]]
    kinds = [t.type for t in READER.parse("\n".join(table(["a", "b", "c"], rows)))]
    assert [kinds.count(kind) for kind in ("table_open", "tr_open", "td_open")] == [1, 3, 6]


def test_hostile_text_makes_neither_html_nor_links(every_verdict: Any, hostile: str) -> None:
    tokens = READER.parse(to_markdown(every_verdict(text=hostile)))
    kinds = {t.type for t in tokens} | {c.type for t in tokens for c in t.children or ()}
    assert not kinds & {"html_block", "html_inline", "link_open", "image"}


def test_what_is_not_green_is_told_with_its_reason(every_verdict: Any) -> None:
    text = to_markdown(every_verdict(text="because"))
    told = re.findall(r"^### . ([\w ]+):", text, re.MULTILINE)
    assert told == ["fail", "stale", "harness error", "untestable"]
    assert "▲ warn: `approvals.command.warn` in `app_v2` — because" in text
    assert "≈ expected failure: `approvals.command.expected-failure` in `app_v2` — because" in text
    assert text.count("expected: because") == 3
    assert text.count("Run just this again: `seatrial run because`") == 4
    assert "| approvals | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 |  |" in text
    assert "| resume |" in text


def test_a_green_run_is_short(make_run: Any, make_check: Any) -> None:
    text = to_markdown(make_run(make_check(), deferred=()))
    assert text.startswith("## ✅ Server plain: The one check held\n")
    assert "###" not in text


def test_it_stays_under_a_megabyte(make_run: Any, make_check: Any) -> None:
    checks = [
        make_check(Verdict.FAIL, text="€" * 50_000, requirement=f"a.b{number}", rerun="again")
        for number in range(300)
    ]
    text = to_markdown(make_run(*checks))
    assert 0 < len(text.encode()) < 1_000_000
    told, listed = text.count("### ✗ fail"), text.count("- ✗ fail")
    assert told > 10
    assert listed == 200
    assert f"… and {300 - told - listed} more" in text


def _row(variant: str, seen: dict[str, bool], *came: Verdict) -> VariantRow:
    names = ("a.one", "a.two")
    return VariantRow(
        variant=variant,
        defect=variant and "a defect",
        expected={"a.one": Verdict.FAIL if variant else Verdict.PASS, "a.two": Verdict.PASS},
        verdicts=dict(zip(names, came, strict=True)),
        reasons={},
        seen={"a.one": seen},
        listed=True,
        meant=frozenset({"a.one"} if variant else ()),
    )


def test_the_kill_matrix_names_the_killers_and_the_score() -> None:
    matrix = KillMatrix(
        requirements=("a.one", "a.two"),
        rows=(
            _row("", {"x": True, "y": True}, Verdict.PASS, Verdict.PASS),
            _row("breaks-it", {"x": False, "y": True}, Verdict.FAIL, Verdict.PASS),
            _row("odd", {"x": True, "y": True}, Verdict.PASS, Verdict.UNTESTABLE),
        ),
    )
    text = kill_matrix_markdown(matrix)
    assert "| `a.one` | ✓ yes | `breaks-it` | 1 | 1 |" in text
    assert "| `a.two` | ✗ **no** | nothing | 0 | 2 |" in text
    assert "1 of 2 requirements and 1 of 2 observations proved; 1 of 2 variants killed" in text
    assert "2 surprises" in text
    assert "- a.one: no variant fails 'y'" in text
    rows = [line.split() for line in text.partition("```text\n")[2].splitlines()[:4]]
    assert rows == [
        ["1", "2"],
        ["(correct)", "·", "·"],
        ["breaks-it", "✗", "·"],
        ["odd", "·!", "?!"],
    ]
    assert "✗ fail, ? untestable, · pass" in text
