"""How faults go together: in which order, on which attempts, and what no correct client sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.provider.faults.conftest import (
    ANY,
    LEGAL,
    PLANS,
    STREAMS,
    apply,
    body,
    put,
    read,
    responses,
    written,
)

from seatrial_provider import ScriptError
from seatrial_provider.faults import Byte, Comments, CutOff, Latency, LineEnds, Slices
from seatrial_provider.wire.plan import Delay, Head, Write

if TYPE_CHECKING:
    from seatrial_provider.faults import Fault

FRAMED = [fault for fault in LEGAL if fault.name != "extra-event"]
SEEDS = st.text(max_size=3)


def test_without_faults_a_plan_is_left_alone() -> None:
    assert put(responses()) == responses()


def test_a_fault_happens_on_the_first_attempt_if_nothing_else_is_said() -> None:
    assert put(responses(), CutOff()) != put(responses(), CutOff(), attempt=2) == responses()


def test_a_fault_happens_on_the_attempts_that_it_names() -> None:
    fault = CutOff(attempts=(2, 3))
    broken = [put(responses(), fault, attempt=attempt) != responses() for attempt in range(1, 5)]
    assert broken == [False, True, True, False]


def test_a_fault_happens_on_every_attempt_if_it_names_none() -> None:
    assert all(put(responses(), CutOff(attempts=None), attempt=n) != responses() for n in (1, 9))


@pytest.mark.parametrize("attempts", [(), (0,)])
def test_attempts_are_counted_from_one(attempts: tuple[int, ...]) -> None:
    with pytest.raises(ScriptError, match="attempts counted from 1"):
        CutOff(attempts=attempts)


def test_what_is_said_is_changed_before_how_it_is_sent() -> None:
    cut = put(responses(), Slices(size=2), CutOff(at=Byte(10)), Comments(text="c"), LineEnds())
    assert body(cut) == b": c\r\n\r\neve"
    assert [len(write.payload) for write in written(cut)] == [2, 2, 2, 2, 2]


def test_faults_of_one_kind_add_up() -> None:
    late = put(responses(), Latency(seconds=1), Latency(seconds=2))
    assert late[:2] == (Delay(2), Delay(1))


@given(chosen=st.lists(st.sampled_from(FRAMED)), seed=SEEDS, stream=st.sampled_from(list(STREAMS)))
def test_legal_faults_change_nothing_that_a_correct_client_reads(
    chosen: list[Fault], seed: str, stream: str
) -> None:
    plan = STREAMS[stream]
    changed = put(plan, *chosen, seed=seed)
    assert read(changed) == read(plan)
    assert isinstance(next(step for step in changed if isinstance(step, Head)), Head)


@settings(max_examples=200)
@given(chosen=st.lists(st.sampled_from(ANY)), seed=SEEDS, carrier=st.sampled_from(list(PLANS)))
def test_any_faults_together_make_a_plan_and_always_the_same(
    chosen: list[Fault], seed: str, carrier: str
) -> None:
    first, again = (apply(PLANS[carrier], *chosen, seed=seed) for _ in range(2))
    assert first == again
    assert len(first.applied) + len(first.misses) == len(chosen)
    assert all(isinstance(w.payload, bytes) for w in first.plan if isinstance(w, Write))
    assert first.plan
