"""The run as the JSON that endpoint badges are drawn from (Shields endpoint schema, version 1)."""

from __future__ import annotations

import json

from seatrial.conformance import RunResult, Verdict

__all__ = ["badge"]


def badge(result: RunResult, *, label: str = "seatrial") -> str:
    """Returns the JSON text of a badge such as `seatrial | 11 of 12 pass`.

    What is not applicable is not counted. The colour is brightgreen where all passed, green with
    expected failures, yellow with warnings, red where the run is, lightgrey where nothing was
    judged.
    """
    message, color = _message(result)
    shown = {"schemaVersion": 1, "label": label, "message": message, "color": color}
    return json.dumps(shown, ensure_ascii=False, indent=2) + "\n"


def _message(result: RunResult) -> tuple[str, str]:
    counts = result.counts
    if result.exit_status == 2:
        return "not judged", "lightgrey"
    asked = len(result.results) - counts[Verdict.NOT_APPLICABLE]
    message = f"{counts[Verdict.PASS]} of {asked} pass"
    if result.exit_status:
        return message, "red"
    if counts[Verdict.WARN]:
        return message, "yellow"
    return message, "green" if counts[Verdict.EXPECTED_FAILURE] else "brightgreen"
