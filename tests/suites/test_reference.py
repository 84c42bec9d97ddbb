"""The correct reference server passes every check, and each variant trips what it should."""

import asyncio

import pytest

from seatrial.conformance import (
    Case,
    Check,
    Verdict,
    cases,
    installed,
    judge,
    near,
    open_trial,
    run_cases,
)
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


@pytest.mark.parametrize("dialect", resolve("reference").dialects)
def test_the_correct_server_asks_by_chat_completions_as_well(dialect: str) -> None:
    async def accept(check: Check) -> None:
        async with open_trial(resolve("reference"), dialect, wire="chat") as trial:
            await check.run(trial)
            assert {request.path for request in trial.provider.requests} == {"/v1/chat/completions"}
            assert trial.saw.observations
            assert all(one.held for one in trial.saw.observations)

    for suite in SUITES:
        asyncio.run(accept(suite.checks["approvals.command.accept"]))


@pytest.mark.parametrize("variant", sorted(PROOFS))
def test_a_variant_trips_what_its_proof_names_and_nothing_else(variant: str) -> None:
    proof = PROOFS[variant]
    judged = near(CASES, proof)
    results = asyncio.run(run_cases(judged, resolve(f"reference:{variant}"), jobs=1))
    assert {case.label: one.verdict for case, one in zip(judged, results, strict=True)} == {
        case.label: proof.verdict(case.requirement.id, case.dialect) for case in judged
    }
