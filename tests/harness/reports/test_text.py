import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from seatrial.conformance import TranscriptStep, Verdict
from seatrial.reports import finding_text
from seatrial.reports.safe import cut, first_line, visible, without_ansi


def test_a_finding_ends_the_investigation(make_check: Any) -> None:
    steps = tuple(
        TranscriptStep(seq=n, at=n / 10, direction="client", label=f"call {n}") for n in range(20)
    )
    text = finding_text(make_check(Verdict.FAIL, text="words", steps=steps))
    wanted = (
        "fail: approvals.command.fail in app_v2 (blame: server)",
        "did not hold (MUST): subject words",
        "expected: words",
        "arrived:  words",
        "cause:    words",
        "… 8 before",
        "  1.900 → call 19",
        "the last of stderr:\n  words",
        "source: words",
        "again: seatrial run words",
    )
    assert [part for part in wanted if part not in text] == []
    assert "call 7" not in text


def test_a_pass_is_short(make_check: Any) -> None:
    text = finding_text(make_check(Verdict.PASS))
    assert text.startswith("pass: ")
    assert "the last" not in text
    assert "did not hold" not in text


def test_a_finding_is_fit_for_a_terminal(every_verdict: Any, hostile: str) -> None:
    for row in every_verdict(text=hostile).results:
        text = finding_text(row)
        assert "alert(1)" in text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800]", text)


@given(text=st.text(st.characters()))
def test_what_is_made_visible_stays_so(text: str) -> None:
    shown = visible(text)
    assert shown.encode().decode() == shown
    assert visible(shown) == shown
    assert all(
        character.isprintable() or character in "\t\n" or ord(character) >= 0xA0
        for character in shown
    )


def test_what_is_invisible_is_shown() -> None:
    assert visible("a\x00b\u202ec\ufeff\tö\n\ud83d") == "a\\x00b\\u202ec\\ufeff\tö\n\\ud83d"
    assert without_ansi("\x1b[1;31mred\x1b[0m\x1b]0;title\x07!\r\n") == "red!\n"


def test_long_texts_are_cut_and_say_so() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("abcdef", 3) == "abc… (3 more characters)"
    assert first_line("\n\n  one \ntwo") == "one"
    assert first_line(" \n") == ""
    assert first_line("x" * 10, limit=4) == "xxx…"
