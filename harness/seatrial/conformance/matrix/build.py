"""Makes a matrix: judges what has to be judged, within one bound over all servers."""

from __future__ import annotations

import asyncio
import os
import platform
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from seatrial.conformance.matrix.cache import Kept
from seatrial.conformance.matrix.column import Bench, Selection
from seatrial.conformance.matrix.entrants import Entrant
from seatrial.conformance.matrix.memory import Memory
from seatrial.conformance.matrix.model import Column, Judged, Matrix, Row
from seatrial.conformance.matrix.watcher import Silent, Watcher
from seatrial.conformance.runner import waiting
from seatrial.conformance.selection import check_selection
from seatrial.conformance.suite import Suite
from seatrial.process import layer

__all__ = ["judge_matrix"]


async def judge_matrix(
    named: Sequence[Entrant],
    suites: Sequence[Suite],
    kept: Kept,
    *,
    selection: Selection | None = None,
    jobs: int | None = None,
    fresh: bool = False,
    timeout: float | None = None,
    watcher: Watcher | None = None,
) -> Judged:
    """Judges servers by suites, and returns the matrix.

    A result of an earlier run is reused if everything that it depends on is the same and it is
    green; each new one is kept as soon as it is there.

    Args:
        named: The servers.
        suites: What they are judged by.
        kept: The results of earlier runs, and where new ones are kept.
        selection: What is judged of each.
        jobs: How many checks run at once, over all servers; one a processor without it.
        fresh: Whether everything is judged anew.
        timeout: Seconds that a server may take for its first answer.
        watcher: Is told how it goes on.

    Raises:
        NothingSelected: A pattern matches no requirement that has a check.
    """
    began, clock = datetime.now(UTC), time.monotonic()
    selection = selection or Selection()
    check_selection(suites, selection.only)
    listed = [row for suite in suites for row in suite.divergences]
    bench = Bench(
        suites=suites,
        selection=selection,
        running=asyncio.Semaphore(jobs or os.cpu_count() or 1),
        memory=Memory(kept, listed, fresh=fresh),
        timeout=timeout,
        watcher=watcher or Silent(),
    )
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bench.column(one)) for one in named]
    columns = [column for column, _ in (task.result() for task in tasks)]
    runs = {column.name: run for column, run in (task.result() for task in tasks) if run}
    matrix = Matrix(
        seatrial=version("seatrial"),
        started=began.isoformat(timespec="seconds"),
        duration=round(time.monotonic() - clock, 6),
        platform=_platform(),
        layer=layer().name,
        rows=_rows(suites, columns),
        columns=tuple(columns),
        deferred=waiting(suites, selection.only),
    )
    return Judged(matrix=matrix, runs=runs)


def _platform() -> str:
    """Returns what kind of machine this is, without what names it."""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"


def _rows(suites: Iterable[Suite], columns: Iterable[Column]) -> tuple[Row, ...]:
    judged = {cell.requirement for column in columns for cell in column.cells}
    return tuple(
        Row(
            requirement=one.id,
            statement=one.statement,
            area=one.area,
            level=one.level,
            source=one.source,
        )
        for suite in suites
        for one in suite.requirements.values()
        if one.id in judged
    )
