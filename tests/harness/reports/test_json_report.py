import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.conformance import CheckResult, RunResult, Verdict
from seatrial.reports import BadReport, read_json, to_json

ANY_TEXT = st.text(st.characters())


def without_steps(run: RunResult) -> RunResult:
    rows = tuple(row.model_copy(update={"steps": ()}) for row in run.results)
    return run.model_copy(update={"results": rows})


@given(text=ANY_TEXT, verdicts=st.lists(st.sampled_from(Verdict), max_size=3), took=st.floats(0, 1))
def test_what_is_written_is_read_back(
    make_run: Any, make_check: Any, text: str, verdicts: list[Verdict], took: float
) -> None:
    rows = [make_check(verdict, text=text, duration=took, blame=None) for verdict in verdicts]
    run = make_run(*rows, text=text)
    assert read_json(to_json(run)) == without_steps(run)


def test_it_states_what_follows_from_the_results(every_verdict: Any) -> None:
    data = json.loads(to_json(every_verdict()))
    assert data["exit_status"] == 1
    assert data["counts"] == dict.fromkeys((verdict.value for verdict in Verdict), 1)
    assert [row["verdict"] for row in data["results"]] == [verdict.value for verdict in Verdict]


def test_the_messages_are_left_out_and_the_order_is_that_of_the_model(every_verdict: Any) -> None:
    run = every_verdict()
    data = json.loads(to_json(run))
    fields = [name for name in CheckResult.model_fields if name != "steps"]
    assert all(list(row) == fields for row in data["results"])
    head = [name for name in RunResult.model_fields if name not in {"results", "deferred"}]
    assert list(data) == [*head, "exit_status", "counts", "results", "deferred"]
    assert to_json(run) == to_json(run.model_copy(deep=True))


def _changed(run: RunResult, **changes: Any) -> str:
    return json.dumps(json.loads(to_json(run)) | changes)


def test_what_is_no_report_is_refused(make_run: Any) -> None:
    run = make_run()
    bad = {
        "": "Expecting value",
        "{": "Expecting property name",
        "[]": "a JSON list",
        "[" * 100_000: "recursion",
        _changed(run, schema_version=99): "schema_version 99",
        _changed(run, results=[{}]): "results.0",
        _changed(run, extra=1): "extra",
        _changed(run, duration="long"): "duration",
    }
    for text, arrived in bad.items():
        with pytest.raises(BadReport) as caught:
            read_json(text)
        assert arrived in caught.value.arrived
        assert caught.value.cause.endswith("?")
