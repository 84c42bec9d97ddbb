"""Problems and errors are made of four parts."""

import pytest

from seatrial_provider import (
    CallOutputError,
    ProblemKind,
    ProviderError,
    ProviderStateError,
    RequestBodyError,
    ScriptError,
    WaitTimeoutError,
)
from seatrial_provider.problems import problem

PARTS = {"expected": "an egg", "arrived": "a stone", "cause": "Was it a stone?", "remedy": "Look."}
LINES = [
    "  expected: an egg",
    "  arrived: a stone",
    "  likely cause: Was it a stone?",
    "  what to do: Look.",
]


@pytest.mark.parametrize("kind", ProblemKind)
def test_a_problem_tells_its_kind_and_its_four_parts(kind: ProblemKind) -> None:
    found = problem(kind, "no egg", **PARTS)
    assert str(found).splitlines() == [f"{kind.value}: no egg", *LINES]
    assert found.message == str(found)
    assert (found.expected, found.arrived, found.cause, found.remedy) == tuple(PARTS.values())


@pytest.mark.parametrize(
    ("error", "base"),
    [
        (CallOutputError, LookupError),
        (ProviderStateError, RuntimeError),
        (RequestBodyError, ValueError),
        (ScriptError, ValueError),
        (WaitTimeoutError, TimeoutError),
    ],
)
def test_an_error_tells_its_four_parts(error: type[ProviderError], base: type[Exception]) -> None:
    raised = error("no egg", **PARTS)
    assert isinstance(raised, base)
    assert isinstance(raised, ProviderError)
    assert str(raised).splitlines() == ["no egg", *LINES]
    assert (raised.expected, raised.arrived) == ("an egg", "a stone")
    assert (raised.cause, raised.remedy) == ("Was it a stone?", "Look.")
