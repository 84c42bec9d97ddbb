"""Runs the checks of suites against a server, several at once, and collects the results."""

from __future__ import annotations

import asyncio
import os
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from importlib.metadata import version

from seatrial.conformance.baseline import Divergence, apply
from seatrial.conformance.check import Check
from seatrial.conformance.judge import judge, rerun_command
from seatrial.conformance.preflight import preflight
from seatrial.conformance.requirement import Requirement
from seatrial.conformance.result import CheckResult, Deferred, RunResult, Server
from seatrial.conformance.suite import Suite
from seatrial.conformance.verdict import Verdict
from seatrial.errors import SeatrialError
from seatrial.process import layer
from seatrial.servers import ServerUnderTest

__all__ = ["Case", "NothingSelected", "Progress", "cases", "run", "run_cases"]


class NothingSelected(SeatrialError):
    """A selection that no requirement matches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One requirement to be judged in one dialect.

    Attributes:
        inapplicable: Why it does not apply to the server; empty if it does.
    """

    requirement: Requirement
    check: Check
    dialect: str
    inapplicable: str = ""

    @property
    def label(self) -> str:
        """Its requirement, and its dialect where the requirement has several."""
        name = self.requirement.id
        return name if len(self.requirement.dialects) == 1 else f"{name} [{self.dialect}]"


Progress = Callable[[Case, CheckResult | None], None]
"""Called when a case begins (without a result) and when it has ended (with one)."""


def cases(
    suites: Iterable[Suite],
    server: ServerUnderTest,
    *,
    only: Sequence[str] = (),
    dialect: str | None = None,
) -> list[Case]:
    """Returns what there is to judge of a server, in the order of the manifests.

    Args:
        suites: The suites.
        server: The server, its release filled in if known.
        only: Ids of requirements, or patterns with `*`; all of them without any.
        dialect: The one dialect to judge; all that the server speaks without it.

    Raises:
        NothingSelected: A pattern matches no requirement that has a check, or the server does not
            speak the dialect.
    """
    suites = list(suites)
    if dialect is not None and dialect not in server.dialects:
        raise NothingSelected(
            f"{server.title} is not said to speak {dialect}",
            expected=f"one of {', '.join(server.dialects)}",
            arrived=dialect,
            cause="is the dialect misspelled, or missing in the profile?",
            remedy="leave --dialect out to judge all that the profile names",
        )
    _check_selection(suites, only)
    return [
        _case(suite, requirement, server, spoken)
        for suite in suites
        for requirement in suite.requirements.values()
        if requirement.id in suite.checks and _selected(requirement.id, only)
        for spoken in server.dialects
        if spoken in requirement.dialects and (dialect is None or dialect == spoken)
    ]


def _selected(name: str, only: Sequence[str]) -> bool:
    return not only or any(
        fnmatchcase(name, pattern) or name.startswith(f"{pattern}.") for pattern in only
    )


def _check_selection(suites: list[Suite], only: Sequence[str]) -> None:
    known = [name for suite in suites for name in suite.checks]
    for pattern in only:
        if not any(_selected(name, [pattern]) for name in known):
            deferred = [
                row.deferred
                for suite in suites
                for row in suite.requirements.values()
                if row.deferred and _selected(row.id, [pattern])
            ]
            raise NothingSelected(
                f"nothing to judge under {pattern!r}",
                expected="the id of a requirement, an area, or a pattern with *",
                arrived=repr(pattern),
                cause=f"it has no check yet: {deferred[0]}" if deferred else "is it misspelled?",
                remedy="see `seatrial requirements` for the ids",
            )


def _case(suite: Suite, requirement: Requirement, server: ServerUnderTest, dialect: str) -> Case:
    why = server.profile.missing(requirement.needs, server.release)
    window = requirement.releases.get(server.profile.name)
    if why is None and window is not None and not window.holds(server.release):
        why = f"it does not hold for {server.title}"
    return Case(
        requirement=requirement,
        check=suite.checks[requirement.id],
        dialect=dialect,
        inapplicable=why or "",
    )


async def run_cases(
    todo: Sequence[Case],
    server: ServerUnderTest,
    *,
    jobs: int | None = None,
    progress: Progress = lambda case, result: None,
    keep: bool = False,
    known: Sequence[Divergence] = (),
) -> list[CheckResult]:
    """Judges the cases, several at once, and returns the results in the cases' order."""
    places = asyncio.Semaphore(jobs or os.cpu_count() or 1)

    async def one(case: Case) -> CheckResult:
        async with places:
            progress(case, None)
            result = _not_applicable(case, server)
            if result is None:
                result = await judge(case.check, case.requirement, server, case.dialect, keep=keep)
            result = apply(result, known, profile=server.profile.name, release=server.release)
            progress(case, result)
            return result

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(case)) for case in todo]
    return [task.result() for task in tasks]


def _not_applicable(case: Case, server: ServerUnderTest) -> CheckResult | None:
    if not case.inapplicable:
        return None
    requirement = case.requirement
    return CheckResult(
        requirement=requirement.id,
        statement=requirement.statement,
        area=requirement.area,
        level=requirement.level,
        source=requirement.source,
        dialect=case.dialect,
        verdict=Verdict.NOT_APPLICABLE,
        reason=case.inapplicable,
        rerun=rerun_command(server, requirement.id, case.dialect),
    )


async def run(
    server: ServerUnderTest,
    suites: Sequence[Suite],
    *,
    only: Sequence[str] = (),
    dialect: str | None = None,
    jobs: int | None = None,
    keep: bool = False,
    timeout: float | None = None,
    baseline: Sequence[Divergence] = (),
    planned: Callable[[ServerUnderTest, Sequence[Case]], None] = lambda server, todo: None,
    progress: Progress = lambda case, result: None,
) -> RunResult:
    """Judges a server: a look whether it can be judged, every check, and the result.

    Args:
        server: The server under test.
        suites: What to judge it by.
        only: Ids or patterns of requirements; all of them without any.
        dialect: The one dialect to judge; all that the server speaks without it.
        jobs: How many checks run at once; one a processor without it.
        keep: Whether the servers' homes are left behind.
        timeout: Seconds that the server may take for its first answer.
        baseline: Known failures, in addition to the suites' own.
        planned: Called once with the server and what there is to judge.
        progress: Called as each check begins and ends.

    Raises:
        CannotJudge: It does not start, or does not speak the dialect.
        NothingSelected: The selection is empty.
    """
    began, clock = datetime.now(UTC), time.monotonic()
    cases(suites, server, only=only, dialect=dialect)
    info = await preflight(server, dialect or next(iter(server.dialects)), timeout=timeout)
    server = server.at(info.release)
    todo = cases(suites, server, only=only, dialect=dialect)
    planned(server, todo)
    known = [*baseline, *(row for suite in suites for row in suite.divergences)]
    results = await run_cases(todo, server, jobs=jobs, progress=progress, keep=keep, known=known)
    return RunResult(
        seatrial=version("seatrial"),
        server=Server(
            name=server.name,
            title=server.title,
            command=server.argv,
            profile=server.profile.name,
            release=server.release,
            user_agent=info.user_agent,
        ),
        started=began.isoformat(timespec="seconds"),
        duration=round(time.monotonic() - clock, 6),
        platform=f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        layer=layer().name,
        results=tuple(results),
        deferred=tuple(
            Deferred(
                requirement=row.id, statement=row.statement, area=row.area, reason=row.deferred
            )
            for suite in suites
            for row in suite.requirements.values()
            if row.deferred and _selected(row.id, only)
        ),
    )
