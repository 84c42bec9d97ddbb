"""Makes one column of a matrix: asks a server who it is, and judges or reuses each cell."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from seatrial.conformance.matrix.cache import Greeting
from seatrial.conformance.matrix.entrants import Entrant
from seatrial.conformance.matrix.memory import Memory, now
from seatrial.conformance.matrix.model import Cell, Column, Problem
from seatrial.conformance.matrix.watcher import Watcher
from seatrial.conformance.preflight import CannotJudge, preflight
from seatrial.conformance.result import CheckResult, RunResult, where
from seatrial.conformance.runner import described, judge_case, platform_words, waiting
from seatrial.conformance.selection import Case, NothingSelected, cases, over_one
from seatrial.conformance.suite import Suite
from seatrial.process import layer
from seatrial.servers import ServerUnderTest

__all__ = ["Bench", "Selection"]

UNSAID = "nothing that is selected can be said in a dialect that it speaks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is judged of each server.

    Attributes:
        only: Ids or patterns of requirements; all of them without any.
        dialect: The one dialect; all that the server speaks without it.
        wire: The one wire, or `all`; the first that the server takes without it.
        transport: The one transport, or `all`; the server's own without it.
    """

    only: Sequence[str] = ()
    dialect: str | None = None
    wire: str | None = None
    transport: str | None = None

    def cases(self, suites: Sequence[Suite], server: ServerUnderTest) -> list[Case]:
        """Returns the cases of a server.

        Raises:
            NothingSelected: It does not speak the dialect, does not take the wire, or cannot be
                reached over the transport.
        """
        return cases(
            suites,
            server,
            only=self.only,
            dialect=self.dialect,
            wire=self.wire,
            transport=self.transport,
        )


@dataclass(slots=True, kw_only=True)
class Bench:
    """Where columns are made; they share it.

    Attributes:
        suites: What servers are judged by.
        selection: What is judged of each.
        running: Bounds how many servers run at once.
        memory: The results of earlier runs.
        timeout: Seconds that a server may take for its first answer.
        watcher: Is told how it goes on.
        locks: One for each key, so that what two columns share is judged once.
    """

    suites: Sequence[Suite]
    selection: Selection
    running: asyncio.Semaphore
    memory: Memory
    timeout: float | None
    watcher: Watcher
    locks: Mapping[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def column(self, entrant: Entrant) -> tuple[Column, RunResult | None]:
        """Judges one server, whose own trouble becomes a part of its column.

        Returns:
            The column, and the run that it is drawn from, if the server could be judged.
        """
        column, run = await self._column(entrant)
        self.watcher.finished(column)
        return column, run

    async def _column(self, entrant: Entrant) -> tuple[Column, RunResult | None]:
        began, clock = now(), time.monotonic()
        if entrant.server is None:
            assert entrant.error is not None
            problem = Problem.of(entrant.error)
            return Column(name=entrant.name, title=entrant.name, problem=problem), None
        server, todo = entrant.server, list[Case]()
        try:
            if todo := self.selection.cases(self.suites, server):
                server = over_one(server, self.selection.transport)
                greeting = await self._greeting(server)
                server = server.at(greeting.release)
                todo = self.selection.cases(self.suites, server)
        except NothingSelected as error:
            return _column(entrant, server, todo, silent=error.what), None
        except CannotJudge as error:
            return _column(entrant, server, todo, problem=Problem.of(error)), None
        if not todo:
            return _column(entrant, server, todo, silent=UNSAID), None
        self.watcher.planned(len(todo))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._cell(case, server)) for case in todo]
        cells, results = zip(*(task.result() for task in tasks), strict=True)
        run = RunResult(
            seatrial=version("seatrial"),
            server=described(server, greeting.user_agent),
            started=began,
            duration=round(time.monotonic() - clock, 6),
            platform=platform_words(),
            layer=layer().name,
            results=results,
            deferred=waiting(self.suites, self.selection.only),
        )
        return _column(entrant, server, todo, cells=cells), run

    async def _greeting(self, server: ServerUnderTest) -> Greeting:
        """Returns what the server says of itself; starts it only if that is not known.

        Raises:
            CannotJudge: It does not start, or does not speak the dialect.
        """
        dialect = self.selection.dialect or next(iter(server.dialects))
        key = self.memory.keys.of_greeting(server, dialect)
        async with self.locks[key or server.name]:
            if known := self.memory.greeting(key):
                return known
            async with self.running:
                info = await preflight(server, dialect, timeout=self.timeout)
            greeting = Greeting(release=info.release, user_agent=info.user_agent)
            self.memory.keep_greeting(greeting, server, dialect, key)
            return greeting

    async def _cell(self, case: Case, server: ServerUnderTest) -> tuple[Cell, CheckResult]:
        server = server.over(case.transport)
        if case.inapplicable:
            result, judged, reused = await judge_case(case, server), "", False
        else:
            result, judged, reused = await self._judged(case, server)
        cell = Cell(
            **{name: getattr(result, name) for name in _SHARED}, judged=judged, reused=reused
        )
        self.watcher.ended(server, case, cell)
        return cell, result

    async def _judged(self, case: Case, server: ServerUnderTest) -> tuple[CheckResult, str, bool]:
        """Returns a result, when it was judged, and whether it is reused."""
        key = self.memory.keys.of(case, server)
        async with self.locks[key or f"{server.name} {case.label}"]:
            if known := self.memory.result(case, server, key):
                return *known, True
            async with self.running:
                self.watcher.began(server, case)
                raw = await judge_case(case, server)
            self.memory.keep_result(raw, case, server, key)
            return self.memory.applied(raw, server), now(), False


_SHARED = Cell.model_fields.keys() & CheckResult.model_fields.keys()


def _column(
    entrant: Entrant,
    server: ServerUnderTest,
    todo: Iterable[Case],
    *,
    problem: Problem | None = None,
    silent: str = "",
    cells: Sequence[Cell] = (),
) -> Column:
    return Column(
        name=entrant.name,
        title=server.title,
        profile=server.profile.name,
        release=server.release,
        places=tuple(dict.fromkeys(where(one.dialect, one.wire, one.transport) for one in todo)),
        problem=problem,
        silent=silent,
        cells=tuple(cells),
    )
