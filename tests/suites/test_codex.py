"""A real Codex under the suites: everything passes, or is a divergence that is written down."""

import asyncio

import pytest

from seatrial.conformance import installed, preflight, run
from seatrial.plugin.verdicts import conclude
from seatrial.servers import resolve

pytestmark = pytest.mark.codex

SUITES = installed()
PINNED = "0.163.0"
CODEX = f"codex@{PINNED}"


ASKING = sorted(
    name for suite in SUITES for name in suite.checks if name.startswith("approvals.command.")
)


@pytest.mark.parametrize("requirement", ASKING)
def test_a_requirement(requirement: str) -> None:
    """A few of them: `seatrial run` judges it by all."""
    result = asyncio.run(run(resolve(CODEX), SUITES, only=[requirement]))
    (judged,) = [one for one in result.results if one.requirement == requirement]
    conclude(judged)


def test_its_release_is_the_pinned_one() -> None:
    assert asyncio.run(preflight(resolve(CODEX), "app_v2")).release == PINNED


def test_by_its_command_line_it_is_recognised() -> None:
    named = resolve(CODEX)
    by_command = resolve(command=" ".join(named.argv))
    assert by_command.profile == named.profile
    assert asyncio.run(preflight(by_command, "app_v2")).release == PINNED
