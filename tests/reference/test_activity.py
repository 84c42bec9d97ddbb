"""Turns at work and at rest: what the fence waits for."""

from __future__ import annotations

import threading

import pytest

from seatrial_reference.activity import Activity, TurnControl
from seatrial_reference.errors import TurnInterrupted


def never() -> None:
    raise AssertionError("nobody interrupted")


def test_a_new_turn_is_at_work_until_it_is_over() -> None:
    activity = Activity()
    control = TurnControl("t", activity)
    assert not activity.settle(timeout=0)
    control.close()
    assert activity.settle(timeout=0)


def test_a_turn_rests_while_it_waits() -> None:
    activity = Activity()
    control = TurnControl("t", activity)
    with control.waiting(never):
        assert activity.settle(timeout=0)
    assert not activity.settle(timeout=0)


def test_a_turn_that_is_handed_what_it_waits_for_is_at_work_at_once() -> None:
    activity, event = Activity(), threading.Event()
    control = TurnControl("t", activity)
    with control.waiting(never, on=event):
        control.hand_over(event)
        assert event.is_set()
        assert not activity.settle(timeout=0)


def test_a_turn_that_is_handed_something_else_goes_on_resting() -> None:
    # A tool server asked a second time while the client was being asked, and the fence stalled.
    activity, awaited, other = Activity(), threading.Event(), threading.Event()
    control = TurnControl("t", activity)
    with control.waiting(never, on=awaited):
        control.hand_over(other)
        assert other.is_set()
        assert activity.settle(timeout=0)


def test_a_turn_does_not_rest_for_what_is_already_there() -> None:
    activity, event = Activity(), threading.Event()
    control = TurnControl("t", activity)
    control.hand_over(event)
    with control.waiting(never, on=event):
        assert not activity.settle(timeout=0)


def test_an_interrupt_ends_the_wait_and_counts_as_work() -> None:
    activity, stopped = Activity(), threading.Event()
    control = TurnControl("t", activity)
    with control.waiting(stopped.set):
        assert control.interrupt()
        assert stopped.is_set()
        assert not activity.settle(timeout=0)
    with pytest.raises(TurnInterrupted), control.waiting(never):
        raise AssertionError("the wait must not begin")


def test_a_turn_that_is_over_stays_so() -> None:
    activity, event = Activity(), threading.Event()
    control = TurnControl("t", activity)
    control.close()
    assert not control.interrupt()
    control.hand_over(event)
    assert activity.settle(timeout=0)


def test_the_fence_waits_for_the_last_turn() -> None:
    activity = Activity()
    first, second = TurnControl("a", activity), TurnControl("b", activity)
    first.close()
    assert not activity.settle(timeout=0)
    closer = threading.Thread(target=second.close)
    closer.start()
    assert activity.settle(timeout=20)
    closer.join()
