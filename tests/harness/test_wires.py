"""Over which wire a requirement is judged, and how a result, a label and a command name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from seatrial.conformance import (
    Check,
    CheckResult,
    Divergence,
    NothingSelected,
    Requirement,
    Suite,
    Trial,
    Verdict,
    apply,
    cases,
)
from seatrial.conformance import run as run_suites
from seatrial.conformance.judge import rerun_command

if TYPE_CHECKING:
    from tests.harness.conftest import Fake, Run

BOTH = ["responses", "chat"]


async def tells(trial: Trial) -> None:
    trial.saw.equal("the wire", expected=trial.wire, arrived=trial.wire)


def suite(*dialects: str, **options: Any) -> Suite:
    one = Requirement(id="a.b", statement="s", dialects=dialects or ("app_v2",), source="here")
    return Suite(
        name="s",
        requirements={"a.b": one},
        checks={"a.b": Check(requirement="a.b", run=tells)},
        **options,
    )


@pytest.mark.parametrize(
    ("wire", "judged"),
    [(None, ["responses"]), ("chat", ["chat"]), ("all", BOTH), ("responses", ["responses"])],
)
def test_the_first_wire_is_judged_or_the_named_one_or_each(
    fake: Fake, wire: str | None, judged: list[str]
) -> None:
    found = cases([suite()], fake(wires=BOTH), wire=wire)
    assert [case.wire for case in found] == judged


def test_a_wire_that_the_release_does_not_take_is_an_error(fake: Fake) -> None:
    server = fake(wires=["responses", {"name": "chat", "until": "1.0"}])
    assert cases([suite()], server.at("0.9"), wire="chat")
    with pytest.raises(NothingSelected, match=r"Fake 1\.1 is not said to take the wire chat") as no:
        cases([suite()], server.at("1.1"), wire="chat")
    assert (no.value.expected, no.value.arrived) == ("one of responses", "chat")


def test_a_label_names_the_wire_only_if_it_is_not_the_usual_one(fake: Fake) -> None:
    server = fake(wires=BOTH)
    assert [case.label for case in cases([suite()], server, wire="all")] == [
        "a.b",
        "a.b [app_v2, chat]",
    ]
    several = cases([suite("app_v2", "mcp")], server, wire="all")
    assert [case.label for case in several] == ["a.b [app_v2]", "a.b [app_v2, chat]"]


def test_a_result_names_its_wire_and_so_does_the_command_that_judges_it_again(
    run: Run, fake: Fake
) -> None:
    result = run(run_suites(fake(wires=BOTH), [suite()], wire="all"))
    assert [(one.wire, one.where) for one in result.results] == [
        ("responses", "app_v2"),
        ("chat", "app_v2, chat"),
    ]
    usual, chat = (one.rerun for one in result.results)
    assert "--wire" not in usual
    assert chat.endswith("--dialect app_v2 --wire chat")


def test_the_command_that_judges_again_names_what_is_not_the_first_wire(fake: Fake) -> None:
    only_chat = fake(wires=["chat"])
    assert "--wire" not in rerun_command(only_chat, "a.b", "app_v2", "chat")
    assert "--wire responses" in rerun_command(fake(wires=["chat", "responses"]), "a.b", "app_v2",
                                               "responses")  # fmt: skip


def test_a_divergence_may_hold_over_one_wire() -> None:
    known = [
        Divergence(requirement="a.b", profile="fake", wires=("chat",), reason="r", evidence="e")
    ]

    def judged(wire: str) -> Verdict:
        failed = CheckResult.model_validate(
            {
                "requirement": "a.b",
                "statement": "s",
                "area": "a",
                "level": "MUST",
                "source": "here",
                "dialect": "app_v2",
                "wire": wire,
                "verdict": "fail",
            }
        )
        return apply(failed, known, profile="fake", release=None).verdict

    assert judged("chat") is Verdict.EXPECTED_FAILURE
    assert judged("responses") is Verdict.FAIL
