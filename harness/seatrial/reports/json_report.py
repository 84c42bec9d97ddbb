"""The run as JSON, without the messages (the transcript files hold them), and back again."""

from __future__ import annotations

import json

from seatrial.conformance import RunResult
from seatrial.errors import SeatrialError
from seatrial.reports.look import tally
from seatrial.reports.versioned import read_versioned

__all__ = ["BadReport", "read_json", "to_json"]

SCHEMA = 1
"""The version of the report that this module reads and writes."""

_DERIVED = ("exit_status", "counts")


class BadReport(SeatrialError):
    """A JSON report that cannot be read."""


def to_json(result: RunResult) -> str:
    """Returns the run as JSON text: the fields of `RunResult`, in their order.

    Added are `exit_status` (0, 1 or 2) and `counts` (verdict to number, all eight verdicts); left
    out are each result's `steps`.
    """
    data = result.model_dump(mode="json", exclude={"results": {"__all__": {"steps"}}})
    results, deferred = data.pop("results"), data.pop("deferred")
    data |= {"exit_status": result.exit_status, "counts": tally(result)}
    data |= {"results": results, "deferred": deferred}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def read_json(text: str) -> RunResult:
    """Returns the run that `to_json` wrote, without steps.

    `exit_status` and `counts` follow from the results and are not read.

    Raises:
        BadReport: The text is not JSON, of another schema version, or not shaped as a report.
    """
    return read_versioned(text, RunResult, schema=SCHEMA, bad=_bad, derived=_DERIVED)


def _bad(arrived: str, cause: str) -> BadReport:
    return BadReport(
        "the JSON report cannot be read",
        expected=f"a report.json of schema_version {SCHEMA}",
        arrived=arrived,
        cause=cause,
        remedy="run `seatrial run` again, and read the report.json that it writes",
    )
