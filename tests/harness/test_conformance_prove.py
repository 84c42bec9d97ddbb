"""Proofs: a check is shown to fail by variants, and each surprise is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.harness.checks import fails, holds, suite

from seatrial.conformance import (
    Level,
    Proof,
    Trial,
    Verdict,
    cases,
    near,
    prove,
)
from seatrial.conformance.proof import KillMatrix, VariantRow
from seatrial.servers import resolve

if TYPE_CHECKING:
    from tests.harness.conftest import Run


async def kills(trial: Trial) -> None:
    """Passes on the correct server, and fails on a variant called `bad`."""
    good = not trial.server.name.endswith(":bad")
    trial.saw.that("part", good, expected="e", arrived="a")


def proved(run: Run, checks: Any, proofs: dict[str, Proof], *variants: str) -> KillMatrix:
    one = suite(checks, proofs=proofs)
    counted: list[int] = []
    seen: list[tuple[str, str]] = []
    matrix = run(
        prove(
            [one],
            {name: f"the defect of {name}" for name in variants},
            across=True,
            planned=counted.append,
            progress=lambda variant, case: seen.append((variant, case.requirement.id)),
        )
    )
    wanted = {(name, check) for name in ("", *variants) for check in one.checks}
    assert set(seen) == wanted
    assert counted == [len(wanted)]
    return matrix


def test_a_check_is_proved_by_a_variant_that_fails_it(run: Run) -> None:
    matrix = proved(run, {"a.b": kills}, {"bad": Proof(fails=frozenset({"a.b"}))}, "bad")
    assert matrix.surprises == ()
    assert matrix.proved == ("a.b",)
    assert matrix.killers("a.b") == ["bad"]
    assert matrix.exit_status == 0
    correct, bad = matrix.rows
    assert (correct.variant, correct.defect, correct.listed) == ("", "", True)
    assert (bad.defect, bad.reasons) == ("the defect of bad", {"a.b": "part"})


def test_a_check_that_nothing_fails_is_not_proved(run: Run) -> None:
    proofs = {"bad": Proof(fails=frozenset({"a.b"}))}
    matrix = proved(run, {"a.b": kills, "a.c": holds}, proofs, "bad")
    assert matrix.surprises == ()
    assert matrix.proved == ("a.b",)
    assert matrix.exit_status == 1


def test_a_check_that_the_correct_server_fails_is_a_surprise(run: Run) -> None:
    proofs = {"bad": Proof(fails=frozenset({"a.b"}))}
    matrix = proved(run, {"a.b": fails}, proofs, "bad")
    assert matrix.surprises == ("the correct server: a.b came out 'fail', not 'pass'",)
    assert matrix.proved == ()
    assert matrix.exit_status == 1


def test_a_variant_that_trips_more_or_less_than_it_should_is_a_surprise(run: Run) -> None:
    proofs = {
        "bad": Proof(fails=frozenset({"a.c"})),
        "tame": Proof(fails=frozenset({"a.b"}), untestable=frozenset({"a.c"})),
    }
    matrix = proved(run, {"a.b": kills, "a.c": holds}, proofs, "bad", "tame")
    assert matrix.surprises == (
        "the variant bad: a.b came out 'fail', not 'pass'",
        "the variant bad: a.c came out 'pass', not 'fail'",
        "the variant tame: a.b came out 'pass', not 'fail'",
        "the variant tame: a.c came out 'pass', not 'untestable'",
    )
    assert matrix.exit_status == 1


def test_a_variant_without_a_proof_or_without_a_victim_is_a_surprise(run: Run) -> None:
    matrix = proved(run, {"a.b": kills}, {"idle": Proof(fails=frozenset())}, "new", "idle")
    assert matrix.surprises == (
        "the variant new has no proof: nothing says what it must trip",
        "the variant idle is not meant to trip anything: it proves nothing",
    )


def test_a_proof_may_name_a_warning_and_what_is_untestable(run: Run) -> None:
    async def warns(trial: Trial) -> None:
        good = not trial.server.name.endswith(":bad")
        trial.saw.that("part", good, expected="e", arrived="a", level=Level.SHOULD)

    async def builds_on_it(trial: Trial) -> None:
        if trial.server.name.endswith(":bad"):
            raise trial.untestable("no part", expected="e", arrived="a", cause="c")
        await holds(trial)

    proofs = {"bad": Proof(warns=frozenset({"a.b"}), untestable=frozenset({"a.c"}))}
    matrix = proved(run, {"a.b": warns, "a.c": builds_on_it}, proofs, "bad")
    assert matrix.surprises == ()
    assert matrix.rows[1].verdicts == {"a.b": Verdict.WARN, "a.c": Verdict.UNTESTABLE}


def test_a_matrix_of_nothing_proves_nothing() -> None:
    row = VariantRow(
        variant="",
        defect="",
        expected={},
        verdicts={},
        reasons={},
        seen={},
        listed=True,
        meant=frozenset(),
    )
    matrix = KillMatrix(requirements=(), rows=(row,))
    assert (matrix.proved, matrix.surprises, matrix.exit_status) == ((), (), 1)


def test_an_observation_that_no_variant_fails_is_not_proved(run: Run) -> None:
    async def two(trial: Trial) -> None:
        await kills(trial)
        trial.saw.that("never tried", True, expected="e", arrived="a")

    proofs = {"bad": Proof(fails=frozenset({"a.b"}))}
    matrix = proved(run, {"a.b": two}, proofs, "bad")
    assert matrix.surprises == ()
    assert matrix.unproved() == ["a.b: no variant fails 'never tried'"]
    assert matrix.exit_status == 1


def test_a_variant_is_run_on_what_its_proof_names_everywhere_and_on_its_topic_once() -> None:
    both = {"dialects": ["app_v2", "mcp"]}
    one = suite(
        dict.fromkeys(("a.b.c", "a.b.d", "a.e.f"), holds),
        fields=dict.fromkeys(("a.b.c", "a.b.d", "a.e.f"), both),
    )
    plan = cases([one], resolve("reference"))
    found = near(plan, Proof(fails=frozenset({"a.b.c"})))
    assert [(case.requirement.id, case.dialect) for case in found] == [
        ("a.b.c", "app_v2"),
        ("a.b.c", "mcp"),
        ("a.b.d", "app_v2"),
    ]
    assert near(plan, Proof()) == plan


def test_a_variant_is_run_on_the_topics_that_its_proof_names_and_on_all_if_told(run: Run) -> None:
    one = suite(
        {"a.b": kills, "c.d": kills},
        proofs={"good": Proof(fails=frozenset({"a.b"}))},
    )

    def judged(*, across: bool) -> set[str]:
        matrix = run(prove([one], {"good": "d", "unlisted": "d"}, across=across))
        correct, good, unlisted = (set(row.verdicts) for row in matrix.rows)
        assert correct == unlisted == {"a.b", "c.d"}
        return good

    assert judged(across=False) == {"a.b"}
    assert judged(across=True) == {"a.b", "c.d"}
