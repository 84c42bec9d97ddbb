"""The oracle finds each planted defect in every shape of stream, and nothing in a correct one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from tests.provider.responses.planted_in_frames import (
    change_the_total,
    drop_created,
    drop_the_end,
    skip_a_number,
)
from tests.provider.responses.planted_in_items import cut_the_arguments
from tests.provider.responses.planting import PLANTED, Plant, insert

from seatrial_provider import Flavour
from seatrial_provider.responses.oracle import RULES, Tier, check_responses_stream
from seatrial_provider.wire.sse import encode_all

if TYPE_CHECKING:
    from tests.provider.responses.conftest import StreamOf

    from seatrial_provider import Reply


def test_a_correct_stream_breaks_no_rule(shape: Reply, stream_of: StreamOf) -> None:
    events = stream_of(shape)
    assert check_responses_stream(events, names=[event["type"] for event in events]) == []


@pytest.mark.parametrize(("rule", "plant"), PLANTED, ids=[p.__name__ for _, p in PLANTED])
def test_a_planted_defect_is_found_in_every_shape_that_can_have_it(
    rule: str, plant: Plant, shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    streams = {name: stream_of(shape) for name, shape in shapes.items()}
    planted = [name for name, events in streams.items() if plant(events)]
    found = {name: check_responses_stream(streams[name]) for name in planted}
    missed = [name for name, all_ in found.items() if rule not in {one.rule for one in all_}]
    assert planted
    assert missed == []


def test_every_rule_has_a_planted_defect() -> None:
    assert {rule for rule, _ in PLANTED} | {"R01"} == set(RULES)
    assert len(PLANTED) >= 25


def test_a_name_that_is_not_the_type_is_found(shape: Reply, stream_of: StreamOf) -> None:
    wire = encode_all(stream_of(shape)).replace(b"event: response.created", b"event: created")
    assert [one.rule for one in check_responses_stream(wire)] == ["R01"]


def test_a_violation_says_what_is_asked_and_how_firmly(
    shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    events = stream_of(shapes["short text"])
    skip_a_number(events)
    (violation,) = check_responses_stream(events)
    assert violation.tier is Tier.WARN
    assert str(violation) == "R27 at event 8: sequence_number has no gap; found 9 after 7"


def test_no_events_at_all_is_a_violation() -> None:
    assert {violation.rule for violation in check_responses_stream([])} == {"R04", "R14"}


@pytest.mark.parametrize(
    "reframe",
    [
        pytest.param(lambda wire: wire.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda wire: wire.replace(b"\n", b"\r"), id="CR"),
        pytest.param(lambda wire: b"\xef\xbb\xbf" + wire, id="byte order mark"),
        pytest.param(lambda wire: wire.replace(b"\n\n", b"\n\n: still here\n\n"), id="comments"),
        pytest.param(lambda wire: wire.replace(b"data: {", b"data: {\ndata: "), id="many lines"),
        pytest.param(lambda wire: wire.replace(b"data: ", b"data:"), id="no space"),
        pytest.param(lambda wire: wire.replace(b"data:", b"id: 1\nretry: 9\ndata:"), id="fields"),
        pytest.param(
            lambda wire: wire.replace(
                b"event: response.in_progress",
                b'event: other.sort\ndata: {"type":"other.sort"}\n\nevent: response.in_progress',
            ),
            id="other types",
        ),
    ],
)
def test_a_legal_framing_is_no_violation(
    reframe: Callable[[bytes], bytes], shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    for shape in shapes.values():
        assert check_responses_stream(reframe(encode_all(stream_of(shape)))) == []


@pytest.mark.parametrize(
    ("flavour", "end"), [(Flavour.FULL, []), (Flavour.OPEN, ["[DONE]"]), (Flavour.MINIMAL, [])]
)
def test_each_flavour_is_judged_by_its_own_rules(
    flavour: Flavour, end: list[str], shape: Reply, stream_of: StreamOf
) -> None:
    events: list[Any] = [*stream_of(shape, flavour), *end]
    assert check_responses_stream(events, flavour=flavour) == []


@pytest.mark.parametrize("plant", [cut_the_arguments, drop_the_end, change_the_total, drop_created])
def test_a_defect_in_the_minimal_flavour_is_found(
    plant: Plant, shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    events = stream_of(shapes["text and two commands"], Flavour.MINIMAL)
    assert plant(events)
    (rule,) = [rule for rule, one in PLANTED if one is plant]
    found = {one.rule for one in check_responses_stream(events, flavour=Flavour.MINIMAL)}
    assert rule in found
    assert all(RULES[name].in_minimal for name in found)


def test_an_error_may_come_before_the_response_fails(
    shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    events = stream_of(shapes["failed"])
    insert(events, len(events) - 1, {"type": "error", "code": None, "message": "", "param": None})
    assert check_responses_stream(events) == []
