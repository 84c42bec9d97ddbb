"""Requirements, checks and proofs fit together, both ways."""

import pytest

from seatrial.conformance import Suite, installed
from seatrial.servers import variants

SUITES = installed()
IDS = [suite.name for suite in SUITES]


@pytest.mark.parametrize("suite", SUITES, ids=IDS)
def test_every_requirement_has_a_check_or_says_why_not_and_every_check_a_requirement(
    suite: Suite,
) -> None:
    assert suite.requirements
    assert suite.checks
    assert suite.gaps() == []


@pytest.mark.parametrize("suite", SUITES, ids=IDS)
def test_every_variant_has_a_proof_and_every_proof_a_variant(suite: Suite) -> None:
    assert sorted(suite.proofs) == sorted(variants())


@pytest.mark.parametrize("suite", SUITES, ids=IDS)
def test_every_check_is_failed_by_a_variant(suite: Suite) -> None:
    killed = {name for proof in suite.proofs.values() for name in proof.meant}
    assert sorted(suite.checks.keys() - killed) == []


@pytest.mark.parametrize("suite", SUITES, ids=IDS)
def test_every_variant_fails_something(suite: Suite) -> None:
    assert [name for name, proof in suite.proofs.items() if not proof.meant] == []


@pytest.mark.parametrize("suite", SUITES, ids=IDS)
def test_every_divergence_names_a_requirement_that_is_checked(suite: Suite) -> None:
    assert {row.requirement for row in suite.divergences} <= suite.checks.keys()
