import json
from typing import Any

import pytest

from seatrial.conformance import Verdict
from seatrial.reports import badge


@pytest.mark.parametrize(
    ("verdicts", "message", "color"),
    [
        ([Verdict.PASS, Verdict.PASS, Verdict.NOT_APPLICABLE], "2 of 2 pass", "brightgreen"),
        ([Verdict.PASS, Verdict.EXPECTED_FAILURE], "1 of 2 pass", "green"),
        ([Verdict.PASS, Verdict.EXPECTED_FAILURE, Verdict.WARN], "1 of 3 pass", "yellow"),
        ([Verdict.PASS, Verdict.FAIL], "1 of 2 pass", "red"),
        ([Verdict.PASS, Verdict.STALE], "1 of 2 pass", "red"),
        ([Verdict.PASS, Verdict.UNTESTABLE], "1 of 2 pass", "red"),
        ([Verdict.PASS, Verdict.HARNESS_ERROR], "not judged", "lightgrey"),
        ([Verdict.NOT_APPLICABLE], "not judged", "lightgrey"),
        ([], "not judged", "lightgrey"),
    ],
)
def test_the_badge_says_what_came_of_the_run(
    make_run: Any, make_check: Any, verdicts: list[Verdict], message: str, color: str
) -> None:
    shown = json.loads(badge(make_run(*map(make_check, verdicts)), label="hull"))
    assert shown == {"schemaVersion": 1, "label": "hull", "message": message, "color": color}
