"""The account at the end of a run: what all workers opened, and what was not settled."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from seatrial.leaks import RUN, Entry, Kind, Run, RunState, Severity, ledger
from seatrial.leaks.chance import await_deaths, end_trees
from seatrial.leaks.folders import name_for
from seatrial.leaks.ledger import read_log
from seatrial.leaks.sweep import sweep
from seatrial.plugin.leaks import LeakGuard
from seatrial.plugin.workers import arm

__all__ = ["KEY", "Account", "WorkerAccount", "statement"]

KEY = "seatrial"
"""What is said between a controller of pytest-xdist and its workers goes under this key."""

CUT_OFF = {Kind.REQUEST, Kind.STREAM}
"""What was never settled and is over all the same: it is for the test to judge that made it."""

DEATH_SECONDS = 5.0


def statement(guard: LeakGuard) -> dict[str, Any]:
    """Returns what this process opened and did not settle; ends the processes among it.

    The answer has `opened` (a number), `found` and `open` (lines), and `fatal`: whether a fixture
    that outlives a test left something that fails.
    """
    left = [
        entry
        for entry in ledger.unsettled()
        if entry.kind not in CUT_OFF and guard.severities[entry.kind] is not Severity.OFF
    ]
    end_trees(entry.facts["root"] for entry in left if entry.kind is Kind.PROCESS)
    fatal = any(
        guard.severities[entry.kind] is Severity.FAIL and _of_a_fixture(entry) for entry in left
    )
    return {
        "opened": ledger.opened,
        "found": guard.found,
        "open": [f"left open: {entry.kind} {entry}" for entry in left],
        "fatal": fatal and guard.mode is Severity.FAIL,
    }


def _of_a_fixture(entry: Entry) -> bool:
    return " fixture " in entry.owner and "::" not in entry.owner


class WorkerAccount:
    """In a worker of pytest-xdist: hands its statement to the controller."""

    def __init__(self, guard: LeakGuard) -> None:
        self._guard = guard

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Makes the statement, when the fixtures of the session are torn down."""
        session.config.workeroutput[KEY] = statement(self._guard)  # type: ignore[attr-defined]


class Account:
    """In the process that prints: gathers the statements, and looks after workers that crashed."""

    def __init__(self, guard: LeakGuard) -> None:
        self._guard = guard
        self._statements: list[dict[str, Any]] = []
        self._crashes: list[str] = []
        self._logs: dict[str, Path] = {}
        self._folder: Path | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tells a worker on this machine where to keep its ledger, and has it die with us."""
        if not node.gateway.spec.popen:
            return
        if node.config.getini("seatrial_die_with_controller"):
            arm(node.gateway)
        if folder := self._ledgers():
            self._logs[node.gateway.id] = folder / f"{node.gateway.id}.jsonl"
            node.workerinput[KEY] = str(self._logs[node.gateway.id])

    def _ledgers(self) -> Path | None:
        """Returns the folder of the workers' ledgers; None if there can be none, which is said."""
        if self._folder is None and not self._crashes:
            folder = Path(tempfile.gettempdir()) / name_for(RUN)
            try:
                folder.mkdir(mode=0o700)
                self._folder = folder
            except OSError as error:
                self._crashes.append(f"what a worker had open when it died is not known: {error}")
        return self._folder

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Takes a worker's statement; if it died without one, cleans up after it."""
        made = getattr(node, "workeroutput", {}).get(KEY)
        log = self._logs.pop(node.gateway.id, None)
        if made is not None:
            self._statements.append(made)
        elif log is not None:
            self._after_crash(node.gateway.id, log)

    def _after_crash(self, worker: str, log: Path) -> None:
        """Names what a worker had open when it died, and ends and removes it."""
        marker, rows = read_log(log)
        run = Run.parse(marker)
        if run is None or not rows:
            return
        await_deaths([run.pid], bound=DEATH_SECONDS)
        if run.state is not RunState.OVER:
            return
        self._crashes.append(f"worker {worker} died, and had open:")
        self._crashes += [
            f"  {row['kind']} {row['name']}, opened by {row['owner']} at {row['place']}"
            for row in rows
        ]
        folders = {Path(row["name"]).parent for row in rows if row["kind"] == Kind.HOME}
        done = sweep(*folders, wanted=lambda one: one == run)
        self._crashes.append(
            f"  since then {len(done.ended)} processes were ended here, and {len(done.removed)} "
            "homes removed; what its supervisors ended themselves is not counted"
        )
        self._crashes += [f"  still there: {one}" for one in (*done.alive, *done.stuck)]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Draws the account; a fixture's leak, which is no test's, makes the run fail."""
        for worker, log in self._logs.items():  # whoever was interrupted made no statement
            self._after_crash(worker, log)
        self._logs.clear()
        self._statements.append(statement(self._guard))
        if any(one["fatal"] for one in self._statements) and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Prints the account in a line, or what was not settled."""
        opened = sum(one["opened"] for one in self._statements)
        lines = [line for one in self._statements for line in (*one["found"], *one["open"])]
        lines += self._crashes
        if self._guard.mode is Severity.OFF and not self._crashes:
            return
        if lines:
            terminalreporter.section("seatrial leaks", sep="-", yellow=True)
            for line in lines:
                terminalreporter.line(line)
        if opened:
            end = "not all settled: see above" if lines else "all settled"
            terminalreporter.line(f"seatrial: {opened} things opened, {end}")

    def pytest_unconfigure(self) -> None:
        """Removes the workers' ledgers."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
