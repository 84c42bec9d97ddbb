"""Faults that leave nothing of each other are refused when the script is made."""

from __future__ import annotations

import pytest

from seatrial_provider import ScriptError
from seatrial_provider.faults import (
    BadJson,
    Comments,
    CutOff,
    Fault,
    HttpError,
    Latency,
    NotHttp,
    Slices,
    Stall,
)
from seatrial_provider.faults.together import checked


@pytest.mark.parametrize(
    "faults",
    [
        (HttpError(), NotHttp()),
        (HttpError(), BadJson()),
        (Comments(), HttpError(attempts=None)),
        (CutOff(), Stall(attempts=(1, 2))),
    ],
    ids=repr,
)
def test_faults_that_undo_each_other_are_refused(faults: tuple[Fault, ...]) -> None:
    with pytest.raises(ScriptError, match="do not go together"):
        checked(faults)


@pytest.mark.parametrize(
    "faults",
    [
        (HttpError(), HttpError(status=429, attempts=(2,)), CutOff(attempts=(3,))),
        (HttpError(), Latency(seconds=1), Slices()),
        (CutOff(), Comments(), Latency(seconds=1), Latency(seconds=1, at="every-event")),
        (),
    ],
    ids=repr,
)
def test_faults_of_different_attempts_or_sorts_go_together(faults: tuple[Fault, ...]) -> None:
    assert checked(faults) == faults


def test_a_place_that_no_stream_has_is_refused() -> None:
    with pytest.raises(ScriptError, match="a place that it cannot have"):
        checked([CutOff(at="response.output_text.detla")])
    for place in ("response.output_text.delta", "tool_calls", "terminal", "headers"):
        assert checked([CutOff(at=place)])


def test_a_class_is_not_a_fault() -> None:
    with pytest.raises(ScriptError, match="parentheses"):
        checked([CutOff])
