"""Checks of a line, and suites of them, for the tests of how suites are run and proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.conformance import (
    Check,
    Requirement,
    Suite,
    Trial,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


async def holds(trial: Trial) -> None:
    trial.saw.that("part", True, expected="e", arrived="a")


async def fails(trial: Trial) -> None:
    trial.saw.that("part", False, expected="e", arrived="a")


def requirement(name: str, **fields: Any) -> Requirement:
    given = {"id": name, "statement": "s", "dialects": ["app_v2"], "source": "here", **fields}
    return Requirement.model_validate(given)


def suite(
    checks: dict[str, Callable[[Trial], Awaitable[None]] | None],
    *,
    fields: dict[str, dict[str, Any]] | None = None,
    **options: Any,
) -> Suite:
    """Makes a suite; a requirement without a check is deferred."""
    given = fields or {}
    return Suite(
        name="s",
        requirements={
            name: requirement(name, **{"deferred": "" if run else "later"} | given.get(name, {}))
            for name, run in checks.items()
        },
        checks={name: Check(requirement=name, run=run) for name, run in checks.items() if run},
        **options,
    )
