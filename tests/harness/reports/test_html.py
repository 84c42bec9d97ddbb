import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.conformance import Level, TranscriptStep, Verdict
from seatrial.reports import to_html, with_transcripts

ALLOWED_ATTRIBUTES = {
    *("aria-hidden", "aria-labelledby", "autocomplete", "charset", "checked", "class", "colspan"),
    *("content", "datetime", "height", "href", "http-equiv", "id", "lang", "name", "open"),
    *("preserveaspectratio", "rel", "role", "scope", "tabindex", "title", "type", "viewbox"),
    *("width", "x", "y"),
}


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, attribute: str) -> list[str | None]:
        return [value for _, name, value in self.attributes if name == attribute]

    @property
    def shape(self) -> tuple[list[str], list[tuple[str, str]]]:
        return self.tags, [(tag, name) for tag, name, _ in self.attributes]


def test_hostile_text_in_every_field_changes_nothing_but_the_text(
    every_verdict: Any, hostile: str
) -> None:
    text = to_html(every_verdict(text=hostile))
    page = Page(text)
    assert page.shape == Page(to_html(every_verdict())).shape
    assert "script" not in page.tags
    assert "".join(page.text).count("<script>alert(1)</script>") > 50
    assert "49" not in re.findall(r"&amp;(\S+)\]\]", text)
    assert not re.search("[\x00\x08\x1b\u202e\ud800]", text)


@given(text=st.text(st.characters(exclude_characters="\n"), max_size=30))
def test_no_text_changes_the_shape(make_run: Any, make_check: Any, text: str) -> None:
    def page(text: str) -> Page:
        return Page(to_html(make_run(make_check(Verdict.FAIL, text=f"x {text}"), text=text or "-")))

    assert page(text).shape == page("plain").shape


def test_it_requests_nothing_and_runs_nothing(every_verdict: Any, hostile: str) -> None:
    run, _ = with_transcripts(every_verdict(text=hostile))
    page = Page(to_html(run))
    assert {name for _, name, _ in page.attributes} <= ALLOWED_ATTRIBUTES
    links = [str(value) for value in page.values("href")]
    assert {link.partition("/")[0] for link in links if link[0] != "#"} == {"data:,", "transcripts"}
    assert {link[1:] for link in links if link[0] == "#"} <= set(page.values("id"))


def test_a_link_to_anything_but_a_transcript_is_not_drawn(make_run: Any, make_check: Any) -> None:
    for path in ("javascript:alert(1)", "../x.jsonl", "https://example.org/x.jsonl"):
        assert path not in to_html(make_run(make_check(transcript=path)))
    assert 'href="transcripts/a.jsonl"' in to_html(
        make_run(make_check(transcript="transcripts/a.jsonl"))
    )


def test_the_policy_allows_its_own_style_only(every_verdict: Any) -> None:
    text = to_html(every_verdict())
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert "url(" not in style
    assert "@import" not in style


def test_elements_are_balanced_and_landmarks_are_there(every_verdict: Any) -> None:
    void = {"meta", "link", "input", "rect"}
    stack: list[str] = []
    page = Page(to_html(every_verdict()))
    for tag in page.tags:
        if tag.startswith("/"):
            if tag[1:] not in void:
                assert stack.pop() == tag[1:]
        elif tag not in void:
            stack.append(tag)
    assert stack == []
    assert [page.tags.count(tag) for tag in ("header", "main", "footer", "h1", "title")] == [1] * 5
    heads = [tag for tag in page.tags if tag == "th"]
    assert len(heads) == len(page.values("scope")) > 0
    identifiers = page.values("id")
    assert len(identifiers) == len(set(identifiers))


def _checks(text: str) -> list[tuple[str, bool]]:
    found = re.findall(r'<details class="check ([\w-]+)"( open)?>', text)
    return [(kind, bool(is_open)) for kind, is_open in found]


def test_red_comes_first_and_open_and_green_is_folded(every_verdict: Any) -> None:
    checks = _checks(to_html(every_verdict()))
    assert [is_open for _, is_open in checks] == [True] * 4 + [False] * 4
    assert {kind for kind, _ in checks[:4]} == {"fail", "stale", "harness-error", "untestable"}
    assert checks[0] == ("fail", True)
    assert checks[-1] == ("pass", False)


def test_each_verdict_is_told_by_a_word(make_run: Any, make_check: Any) -> None:
    for verdict in Verdict:
        words = "".join(Page(to_html(make_run(make_check(verdict), deferred=()))).text)
        assert f"1 {verdict.value}" in words


def test_the_table_counts_by_area(make_run: Any, make_check: Any) -> None:
    checks = [
        make_check(Verdict.PASS, area="auth"),
        make_check(Verdict.WARN, area="auth"),
        make_check(Verdict.PASS, area="wire"),
    ]
    (table,) = re.findall(r"<table>.*?</table>", to_html(make_run(*checks)), re.DOTALL)
    rows = [re.sub(r"<[^>]*>", " ", row).split() for row in table.split("<tr>")[1:]]
    heads = "area ✗ fail ▲ warn ✓ pass not judged yet"
    assert [" ".join(row) for row in rows] == [
        *(heads, "auth 0 1 1 0", "wire 0 0 1 0", "resume 0 0 0 1", "all 0 1 2 1"),
    ]


def test_what_a_finding_needs_is_there(make_run: Any, make_check: Any) -> None:
    check = make_check(
        Verdict.FAIL,
        statement="It must float.",
        reason="it sank\nfast",
        source="Archimedes",
        stderr="\x1b[31mglug\x1b[0m",
        rerun="seatrial run hull --only it.floats",
        level=Level.SHOULD,
    )
    words = "".join(Page(to_html(make_run(check))).text)
    wanted = ("It must float.", "it sank\nfast", "Archimedes", "glug", "--only it.floats", "SHOULD")
    assert [word for word in wanted if word not in words] == []
    assert "[31m" not in words


def test_what_is_not_judged_yet_is_folded(make_run: Any) -> None:
    text = to_html(make_run())
    assert "resume.later" in text
    assert re.search(r'id="deferred".*?<details class="more"><summary>Which', text, re.DOTALL)
    assert 'id="deferred"' not in to_html(make_run(deferred=()))


@pytest.mark.parametrize(
    ("direction", "detail", "expected"),
    [
        ("client", '{"id": 1, "method": "turn/start"}', "client request"),
        ("client", '{"method": "initialized"}', "client notice"),
        ("client", '{"id": 0, "result": {}}', "client reply"),
        ("client", '{"id": 0, "error": {}}', "client error"),
        ("server", '{"id": 0, "method": "x/requestApproval"}', "server ask"),
        ("server", '{"method": "turn/started"}', "server notice"),
        ("server", '{"id": 1, "result": {}}', "server answer"),
        ("server", '{"id": 1, "error": {}}', "server error"),
        ("server", '"no message at all"', "server odd"),
        ("server", "not even JSON", "server odd"),
        ("model", "", "model asks"),
        ("note", "", "note note"),
        ("nobody knows", "", "note note"),
    ],
)
def test_the_diagram_draws_each_kind_of_step(
    make_run: Any, make_check: Any, direction: str, detail: str, expected: str
) -> None:
    step = TranscriptStep(seq=0, at=1.5, direction=direction, label="a label", detail=detail)
    text = to_html(make_run(make_check(steps=(step,))))
    row = text.partition('<div class="sequence">')[2]
    assert re.findall(r'<li class="([^"]*)">', row)[0] == expected
    assert ("<details><summary>" in row.partition("</li>")[0]) == bool(detail)
    assert "1.500" in row


def test_a_run_of_usual_size_stays_under_a_megabyte(make_run: Any, make_check: Any) -> None:
    detail = "{\n" + ",\n".join(f' "field{n}": "value {n}"' for n in range(30)) + "\n}"
    steps = tuple(
        TranscriptStep(seq=n, at=n / 100, direction="server", label="item/started", detail=detail)
        for n in range(50)
    )
    checks = [make_check(requirement=f"a.b{n}", steps=steps) for n in range(12)]
    assert 0 < len(to_html(make_run(*checks)).encode()) < 1_000_000


def test_an_empty_run_can_be_written(make_run: Any) -> None:
    text = to_html(make_run(deferred=(), started="some day"))
    assert "could not be judged" in text
    assert "some day" in text
    assert "Nothing ran." in text
