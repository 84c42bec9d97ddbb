"""The correct reference server passes every check; `seatrial prove` is about its variants."""

import asyncio

import pytest

from seatrial.conformance import (
    Case,
    Check,
    Verdict,
    cases,
    installed,
    judge,
    open_trial,
)
from seatrial.plugin.verdicts import conclude
from seatrial.servers import resolve

SUITES = installed()
CASES = cases(SUITES, resolve("reference"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.requirement.id}-{case.dialect}")
def test_the_correct_server_passes(case: Case) -> None:
    result = asyncio.run(judge(case.check, case.requirement, resolve("reference"), case.dialect))
    conclude(result)
    assert result.verdict is Verdict.PASS
    assert result.observations


@pytest.mark.parametrize("dialect", SUITES[0].requirements["approvals.command.accept"].dialects)
def test_the_correct_server_asks_by_chat_completions_as_well(dialect: str) -> None:
    async def accept(check: Check) -> None:
        async with open_trial(resolve("reference"), dialect, wire="chat") as trial:
            await check.run(trial)
            assert {request.path for request in trial.provider.requests} == {"/v1/chat/completions"}
            assert trial.saw.observations
            assert all(one.held for one in trial.saw.observations)

    for suite in SUITES:
        asyncio.run(accept(suite.checks["approvals.command.accept"]))
