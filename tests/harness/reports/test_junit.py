import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.conformance import Verdict
from seatrial.reports import to_junit


@pytest.mark.parametrize(
    ("verdict", "child"),
    [
        (Verdict.PASS, None),
        (Verdict.WARN, None),
        (Verdict.FAIL, "failure"),
        (Verdict.STALE, "failure"),
        (Verdict.UNTESTABLE, "error"),
        (Verdict.HARNESS_ERROR, "error"),
        (Verdict.NOT_APPLICABLE, "skipped"),
        (Verdict.EXPECTED_FAILURE, "skipped"),
    ],
)
def test_a_verdict_becomes_an_outcome(
    make_run: Any, make_check: Any, verdict: Verdict, child: str | None
) -> None:
    root = ET.fromstring(to_junit(make_run(make_check(verdict, text="because"))))
    (case,) = root.iter("testcase")
    outcomes = {tag: case.find(tag) for tag in ("failure", "error", "skipped")}
    assert [tag for tag, found in outcomes.items() if found is not None] == ([child] * bool(child))
    for owner in (root, *root.iter("testsuite")):
        assert owner.get("tests") == "1"
        for tag, counter in {
            "failure": "failures",
            "error": "errors",
            "skipped": "skipped",
        }.items():
            assert owner.get(counter) == str(int(tag == child))
    if child:
        assert outcomes[child].get("message") == f"{verdict.value}: because"  # type: ignore[union-attr]


def test_a_suite_for_each_area_and_no_case_twice(make_run: Any, make_check: Any) -> None:
    checks = [
        make_check(requirement=f"{area}.x", area=area, dialect=dialect)
        for area in ("approvals", "resume")
        for dialect in ("app_v1", "app_v2")
    ]
    root = ET.fromstring(to_junit(make_run(*checks)))
    suites = list(root.iter("testsuite"))
    assert [suite.get("name") for suite in suites] == ["approvals", "resume"]
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(names) == len(set(names)) == 4
    assert ("app_v1.resume", "resume.x") in names
    assert {suite.get("timestamp") for suite in suites} == {"2026-01-02T03:04:05"}
    assert [suite.get("time") for suite in suites] == ["0.500000"] * 2


def test_a_failure_says_everything(make_run: Any, make_check: Any) -> None:
    check = make_check(Verdict.FAIL, source="the schema", rerun="seatrial run x", stderr="boom")
    (case,) = ET.fromstring(to_junit(make_run(check))).iter("testcase")
    text = case.findtext("failure") or ""
    wanted = ("expected: plain", "arrived:  plain", "the schema", "seatrial run x", "boom")
    assert [word for word in wanted if word not in text] == []
    assert case.findtext("system-err") == "boom"


@given(text=st.text(st.characters()))
def test_any_text_makes_valid_xml(make_run: Any, make_check: Any, text: str) -> None:
    checks = [make_check(v, text=text, area=text, dialect=text) for v in Verdict]
    root = ET.fromstring(to_junit(make_run(*checks, text=text)).encode())
    assert len(list(root.iter("testcase"))) == len(Verdict)


def test_what_xml_cannot_hold_is_replaced(make_run: Any, make_check: Any) -> None:
    check = make_check(Verdict.FAIL, reason="a\x00b\ufffe\ud800", stderr="\x1b[1mred\x1b[0m\x07")
    (case,) = ET.fromstring(to_junit(make_run(check))).iter("testcase")
    assert case.find("failure").get("message") == "fail: a\ufffdb\ufffd\ufffd"  # type: ignore[union-attr]
    assert case.findtext("system-err") == "red\ufffd"


def test_an_empty_run_and_an_odd_date_can_be_written(make_run: Any, make_check: Any) -> None:
    root = ET.fromstring(to_junit(make_run()))
    assert (root.get("tests"), len(root)) == ("0", 0)
    (suite,) = ET.fromstring(to_junit(make_run(make_check(), started="soon"))).iter("testsuite")
    assert suite.get("timestamp") is None
