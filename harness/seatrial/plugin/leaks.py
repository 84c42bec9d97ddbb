"""Judges what each test leaves: snapshots around it, the ledger's open entries, and the verdict."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.errors import SeatrialError
from seatrial.leaks import (
    CHANCE_SECONDS,
    SEVERITIES,
    Kind,
    Leak,
    Severity,
    Snapshot,
    ledger,
    snapshot,
)
from seatrial.leaks.chance import end_trees, leaks_since

if TYPE_CHECKING:
    import asyncio

__all__ = ["BadLeakSetting", "LeakGuard", "SeatrialLeakWarning", "severities", "task_leaks"]

OURS = frozenset({"mock_provider", "seatrial_loop", "seatrial_server", "seatrial_spawn", "trial"})
"""The fixtures that make a test one that uses Seatrial."""

ENDED = {Kind.PROCESS, Kind.CHILD, Kind.ZOMBIE}
CAUSES = {Kind.PROCESS, Kind.PROVIDER}
CONSEQUENCES = {Kind.DESCRIPTOR, Kind.SOCKET, Kind.THREAD, Kind.TASK}

_tasks = pytest.StashKey[list[str]]()


class SeatrialLeakWarning(pytest.PytestWarning):
    """A test left something that is only worth a warning."""


class BadLeakSetting(SeatrialError):
    """An option or a marker about leaks that says something which does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """How one test is judged."""

    mode: Severity
    expect: frozenset[Kind] = frozenset()


@dataclass(slots=True, eq=False)
class LeakGuard:
    """What the plugin knows of leaks in this process.

    Attributes:
        mode: What a leak does to tests that use our fixtures.
        everyone: Whether tests that do not use them are judged as well.
        severities: How much each kind matters.
        found: What leaked, a line each, for the end of the run.
        before: What was there before the test that runs; None while none is judged.
    """

    mode: Severity
    everyone: bool = False
    severities: Mapping[Kind, Severity] = field(default_factory=lambda: SEVERITIES)
    found: list[str] = field(default_factory=list)
    before: Snapshot | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Has the test own what is opened, and looks at what was there before it."""
        outer, ledger.test = ledger.test, item.nodeid
        fixtures = getattr(item, "fixturenames", ())
        asked = self.everyone or item.get_closest_marker("seatrial_leaks") is not None
        if self.mode is not Severity.OFF and (asked or not OURS.isdisjoint(fixtures)):
            self.before = snapshot()
        try:
            return (yield)
        finally:
            ledger.test, self.before = outer, None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any]
    ) -> Generator[None, object, object]:
        """Has a fixture that outlives the test own what it opens, and takes it out of the test's.

        A fixture of ours that is asked for while the test runs makes it one that is judged.
        """
        if self.mode is not Severity.OFF and self.before is None and fixturedef.argname in OURS:
            self.before = snapshot()
        if fixturedef.scope == "function":
            return (yield)
        owner, ledger.test = ledger.test, f"{fixturedef.scope} fixture {fixturedef.argname}"
        before = snapshot() if self.before else None
        try:
            return (yield)
        finally:
            ledger.test = owner
            if self.before and before:
                self.before = self.before.grown(before, snapshot())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """Judges the test once its own fixtures are torn down."""
        try:
            result = yield
        except BaseException:
            if self.before is not None:
                lines = [line for lines in self._judge(item, self.before) for line in lines]
                if lines:
                    item.add_report_section("teardown", "seatrial leaks", "\n".join(lines))
            raise
        if self.before is not None:
            failing, warning = self._judge(item, self.before)
            if failing:
                pytest.fail("\n".join([*failing, *warning]), pytrace=False)
            for line in warning:
                item.warn(SeatrialLeakWarning(line))
        return result

    def _rule(self, item: pytest.Item) -> _Rule:
        """Returns how a test is judged.

        Raises:
            BadLeakSetting: Its marker says something that does not exist.
        """
        marker = item.get_closest_marker("seatrial_leaks")
        if marker is None:
            return _Rule(mode=self.mode)
        words, expect = marker.args, marker.kwargs.get("expect", ())
        try:
            if len(words) > 1 or marker.kwargs.keys() - {"expect"} or isinstance(expect, str):
                raise ValueError
            mode = Severity(words[0]) if words else self.mode
            return _Rule(mode=mode, expect=frozenset(map(Kind, expect)))
        except ValueError:
            arrived = [*map(repr, words), *(f"{k}={v!r}" for k, v in marker.kwargs.items())]
            raise BadLeakSetting(
                "the marker seatrial_leaks says something that does not exist",
                expected=f"one of {', '.join(Severity)}, or expect=[…] of {', '.join(Kind)}",
                arrived=f"seatrial_leaks({', '.join(arrived)})",
                cause="is a word misspelled, or a list missing around one kind?",
                remedy='write @pytest.mark.seatrial_leaks("off") or (expect=["process"])',
            ) from None

    def _judge(self, item: pytest.Item, before: Snapshot) -> tuple[list[str], list[str]]:
        """Returns what fails the test and what is only said, a line each; ends what can be."""
        self._findings(item)
        try:
            rule = self._rule(item)
        except BadLeakSetting as error:
            return [str(error)], []
        if rule.mode is Severity.OFF:
            return [], []
        leaks = self._leaks(item, before)
        missing = rule.expect - {leak.kind for leak in leaks}
        end_trees(
            leak.pid
            for leak in leaks
            if leak.pid and leak.kind in ENDED and leak.severity is Severity.FAIL
        )
        leaks = [leak for leak in leaks if leak.kind not in rule.expect]
        if rule.mode is Severity.WARN:
            failing: list[Leak] = []
            warning = [leak for leak in leaks if leak.severity is not Severity.OFF]
        else:
            failing = [leak for leak in leaks if leak.severity is Severity.FAIL]
            warning = [leak for leak in leaks if leak.severity is Severity.WARN]
        self.found += [f"{item.nodeid} leaked {leak}" for leak in (*failing, *warning)]
        return (
            [f"leaked {leak}" for leak in failing]
            + [f"no {kind} leaked, though the test's marker expects it" for kind in missing],
            [f"leaked {leak}" for leak in warning],
        )

    def _leaks(self, item: pytest.Item, before: Snapshot) -> list[Leak]:
        from seatrial.peer import timeout_factor

        bound = CHANCE_SECONDS * timeout_factor()
        held = leaks_since(before, bound=bound, severities=self.severities)
        opened = []
        for entry in ledger.unsettled(item.nodeid):
            opened.append(self._leak(entry.kind, str(entry), entry.facts.get("root")))
            entry.settle()  # it is in the report now
        tasks = [self._leak(Kind.TASK, text) for text in item.stash.get(_tasks, [])]
        leaks = [*opened, *held, *tasks]
        if CAUSES & {leak.kind for leak in leaks}:  # those hold descriptors, threads and tasks
            leaks = [leak for leak in leaks if leak.kind not in CONSEQUENCES]
        return leaks

    def _leak(self, kind: Kind, what: str, pid: int | None = None) -> Leak:
        return Leak(kind=kind, what=what, severity=self.severities[kind], pid=pid)

    def _findings(self, item: pytest.Item) -> None:
        """Reports what servers left behind: it is theirs, and not the test's."""
        for left in ledger.left:
            if left.entry.owner == item.nodeid:
                text = "\n".join((left.entry.name, *(f"  {what}" for what in left.what)))
                title = "left behind by the server under test, ended since"
                item.add_report_section("teardown", title, text)


def task_leaks(item: pytest.Item, runner: asyncio.Runner) -> None:
    """Notes the tasks of a test's loop that are not done when its fixtures are; to be judged."""
    import asyncio

    from seatrial.leaks.words import task_text
    from seatrial.peer import timeout_factor

    pending = asyncio.all_tasks(runner.get_loop())
    if pending:
        runner.run(_chance(pending, CHANCE_SECONDS * timeout_factor()))
        item.stash[_tasks] = [task_text(task) for task in pending if not task.done()]


async def _chance(tasks: set[asyncio.Task[Any]], bound: float) -> None:
    import asyncio

    await asyncio.wait(tasks, timeout=bound)


def severities(words: Sequence[str]) -> dict[Kind, Severity]:
    """Returns how much each kind matters, the default changed by words such as `thread=off`.

    Raises:
        BadLeakSetting: A word names no kind, or no severity.
    """
    changed = dict(SEVERITIES)
    for word in words:
        kind, _, severity = word.partition("=")
        try:
            changed[Kind(kind)] = Severity(severity)
        except ValueError:
            raise BadLeakSetting(
                "seatrial_leak_severity says something that does not exist",
                expected=f"KIND=SEVERITY of {', '.join(Kind)} and {', '.join(Severity)}",
                arrived=repr(word),
                cause="is a word misspelled?",
                remedy="write it as in: seatrial_leak_severity = descriptor=fail thread=off",
            ) from None
    return changed
