"""The correct reference server passes every check, and each variant trips what it should."""

import asyncio

import pytest

from seatrial.conformance import Case, Verdict, cases, installed, judge, run_cases
from seatrial.conformance.proof import expected_verdict
from seatrial.plugin.verdicts import conclude
from seatrial.servers import resolve

SUITES = installed()
PROOFS = {name: proof for suite in SUITES for name, proof in suite.proofs.items()}
CASES = cases(SUITES, resolve("reference"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.requirement.id}-{case.dialect}")
def test_the_correct_server_passes(case: Case) -> None:
    result = asyncio.run(judge(case.check, case.requirement, resolve("reference"), case.dialect))
    conclude(result)
    assert result.verdict is Verdict.PASS
    assert result.observations


@pytest.mark.parametrize("variant", sorted(PROOFS))
def test_a_variant_trips_what_its_proof_names_and_nothing_else(variant: str) -> None:
    results = asyncio.run(run_cases(CASES, resolve(f"reference:{variant}"), jobs=1))
    assert {result.requirement: result.verdict for result in results} == {
        case.requirement.id: expected_verdict(PROOFS[variant], case.requirement.id)
        for case in CASES
    }
