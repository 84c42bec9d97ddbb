"""The suites as pytest tests: `pytest --pyargs seatrial_suites --seatrial-server NAME`."""

from __future__ import annotations

import asyncio

import pytest

from seatrial.conformance import cases, installed, run_cases
from seatrial.plugin.chosen import chosen_server
from seatrial.plugin.verdicts import conclude
from seatrial.servers import ServerUnderTest

__all__ = ["pytest_generate_tests", "test_requirement"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Makes a test of each requirement in each dialect that the server's profile names."""
    server = chosen_server(metafunc.config)
    todo = [(case.requirement.id, case.dialect) for case in cases(installed(), server)]
    metafunc.parametrize(
        ("requirement", "dialect"), todo, ids=[f"{name}-{dialect}" for name, dialect in todo]
    )


def test_requirement(requirement: str, dialect: str, seatrial_server: ServerUnderTest) -> None:
    """Judges one requirement in one dialect."""
    suites = installed()
    todo = cases(suites, seatrial_server, only=[requirement], dialect=dialect)
    exact = [case for case in todo if case.requirement.id == requirement]
    known = [row for suite in suites for row in suite.divergences]
    (result,) = asyncio.run(run_cases(exact, seatrial_server, known=known))
    conclude(result)
