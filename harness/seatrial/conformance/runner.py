"""Runs the checks of suites against a server, several at once, and collects the results."""

from __future__ import annotations

import asyncio
import os
import platform
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from seatrial.conformance.baseline import Divergence, apply
from seatrial.conformance.judge import judge, rerun_command
from seatrial.conformance.preflight import preflight
from seatrial.conformance.result import CheckResult, Deferred, RunResult, Server
from seatrial.conformance.selection import Case, cases, is_selected, over_one
from seatrial.conformance.suite import Suite
from seatrial.conformance.verdict import Verdict
from seatrial.process import layer
from seatrial.servers import ServerUnderTest

__all__ = ["Progress", "described", "judge_case", "platform_words", "run", "run_cases", "waiting"]


Progress = Callable[[Case, CheckResult | None], None]
"""Called when a case begins (without a result) and when it has ended (with one)."""


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
            result = await judge_case(case, server, keep=keep)
            result = apply(result, known, profile=server.profile.name, release=server.release)
            progress(case, result)
            return result

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(case)) for case in todo]
    return [task.result() for task in tasks]


async def judge_case(case: Case, server: ServerUnderTest, *, keep: bool = False) -> CheckResult:
    """Returns what came of one case, before anything that is known of the server is applied."""
    requirement, server = case.requirement, server.over(case.transport)
    if not case.inapplicable:
        return await judge(case.check, requirement, server, case.dialect, wire=case.wire, keep=keep)
    return CheckResult(
        requirement=requirement.id,
        statement=requirement.statement,
        area=requirement.area,
        level=requirement.level,
        source=requirement.source,
        dialect=case.dialect,
        wire=case.wire,
        transport=case.transport,
        verdict=Verdict.NOT_APPLICABLE,
        reason=case.inapplicable,
        rerun=rerun_command(server, requirement.id, case.dialect, case.wire),
    )


async def run(
    server: ServerUnderTest,
    suites: Sequence[Suite],
    *,
    only: Sequence[str] = (),
    dialect: str | None = None,
    wire: str | None = None,
    transport: str | None = None,
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
        wire: The one wire to judge over, or `all`; the first that the server takes without it.
        transport: The one transport to reach it over, or `all`; the server's own without it.
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
    cases(suites, server, only=only, dialect=dialect, wire=wire, transport=transport)
    server = over_one(server, transport)
    info = await preflight(server, dialect or next(iter(server.dialects)), timeout=timeout)
    server = server.at(info.release)
    todo = cases(suites, server, only=only, dialect=dialect, wire=wire, transport=transport)
    planned(server, todo)
    known = [*baseline, *(row for suite in suites for row in suite.divergences)]
    results = await run_cases(todo, server, jobs=jobs, progress=progress, keep=keep, known=known)
    return RunResult(
        seatrial=version("seatrial"),
        server=described(server, info.user_agent),
        started=began.isoformat(timespec="seconds"),
        duration=round(time.monotonic() - clock, 6),
        platform=platform_words(),
        layer=layer().name,
        results=tuple(results),
        deferred=waiting(suites, only),
    )


def described(server: ServerUnderTest, user_agent: str) -> Server:
    """Returns the server as a report describes it."""
    return Server(
        name=server.name,
        title=server.title,
        command=server.argv,
        profile=server.profile.name,
        release=server.release,
        user_agent=user_agent,
    )


def platform_words() -> str:
    """Returns this machine's system and Python in a few words."""
    return f"{platform.system()} {platform.release()}, Python {platform.python_version()}"


def waiting(suites: Sequence[Suite], only: Sequence[str]) -> tuple[Deferred, ...]:
    """Returns the selected requirements that nothing judges yet."""
    return tuple(
        Deferred(requirement=row.id, statement=row.statement, area=row.area, reason=row.deferred)
        for suite in suites
        for row in suite.requirements.values()
        if row.deferred and is_selected(row.id, only)
    )
