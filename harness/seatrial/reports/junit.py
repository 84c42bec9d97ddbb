"""The run as JUnit XML, for the pages that CI servers draw from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from seatrial.conformance import CheckResult, RunResult, Verdict
from seatrial.reports.look import areas
from seatrial.reports.safe import first_line, xml_safe
from seatrial.reports.text import finding_text

__all__ = ["to_junit"]

_TAGS = {
    Verdict.FAIL: "failure",
    Verdict.STALE: "failure",
    Verdict.UNTESTABLE: "error",
    Verdict.HARNESS_ERROR: "error",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.EXPECTED_FAILURE: "skipped",
}
"""JUnit knows four outcomes; what is not here (pass, warn) is a test case without a child."""


def to_junit(result: RunResult) -> str:
    """Returns JUnit XML: a suite for each area, a case for each requirement and dialect.

    A case's name is the requirement's id and its class name is `<dialect>.<area>`, or
    `<dialect>.<wire>.<area>` if the wire is an unusual one. A failure is a failed or a stale
    check; an error is one that could not be judged; skipped are what is not applicable and what was
    expected to fail. Times are in seconds.
    """
    root = Element("testsuites", {"name": "seatrial"} | _numbers(result.results))
    root.set("time", _seconds(result.duration))
    for area in areas(result.results):
        rows = [row for row in result.results if row.area == area]
        suite = SubElement(root, "testsuite", {"name": xml_safe(area)} | _numbers(rows))
        suite.set("time", _seconds(sum(row.duration for row in rows)))
        if stamp := _timestamp(result.started):
            suite.set("timestamp", stamp)
        _properties(suite, result)
        for row in rows:
            _case(suite, row)
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _numbers(rows: Sequence[CheckResult]) -> dict[str, str]:
    tags = [_TAGS.get(row.verdict) for row in rows]
    return {
        "tests": str(len(rows)),
        "failures": str(tags.count("failure")),
        "errors": str(tags.count("error")),
        "skipped": str(tags.count("skipped")),
    }


def _seconds(duration: float) -> str:
    return f"{duration:.6f}"


def _timestamp(started: str) -> str:
    """Returns the start in UTC without an offset, as the format wants it; empty if it is none."""
    try:
        return datetime.fromisoformat(started).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except (ValueError, OverflowError):
        return ""


def _properties(suite: Element, result: RunResult) -> None:
    server = result.server
    shown = {
        "server": server.title,
        "profile": server.profile,
        "release": server.release or "unknown",
        "platform": result.platform,
        "process layer": result.layer,
        "seatrial": result.seatrial,
    }
    properties = SubElement(suite, "properties")
    for name, value in shown.items():
        SubElement(properties, "property", name=name, value=xml_safe(value))


def _case(suite: Element, row: CheckResult) -> None:
    names = {"name": row.requirement, "classname": f"{row.where.replace(', ', '.')}.{row.area}"}
    case = SubElement(suite, "testcase", {key: xml_safe(text) for key, text in names.items()})
    case.set("time", _seconds(row.duration))
    text = xml_safe(finding_text(row))
    tag = _TAGS.get(row.verdict)
    if tag:
        summary = first_line(row.divergence or row.reason) or row.statement
        outcome = SubElement(case, tag, message=xml_safe(f"{row.verdict.value}: {summary}"))
        if tag != "skipped":
            outcome.set("type", row.verdict.value)
            outcome.text = text
    if tag in {None, "skipped"}:
        SubElement(case, "system-out").text = text
    if row.stderr:
        SubElement(case, "system-err").text = xml_safe(row.stderr)
