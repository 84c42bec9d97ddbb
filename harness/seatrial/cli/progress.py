"""A live display of what is being judged; on anything but a terminal, a line a result."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from seatrial.conformance import Case, CheckResult
from seatrial.reports.terminal import line

__all__ = ["Display"]


class Display:
    """A bar of the whole, the names of what runs right now, and each result as it comes."""

    def __init__(
        self, console: Console, show: Callable[[CheckResult], RenderableType] = line
    ) -> None:
        """Makes a display; `show` makes of each result what is printed of it."""
        self._console = console
        self._show = show
        self._running: list[str] = []
        self._progress = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Display:
        """Shows the display."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Takes it away."""
        self._progress.stop()

    def plan(self, count: int, what: str) -> None:
        """Says what is judged, and how many checks there are."""
        self._console.print(what, highlight=False, markup=False, soft_wrap=True)
        self._task = self._progress.add_task("", total=count)

    def more(self, count: int) -> None:
        """Says that there are so many more checks."""
        if self._task is not None:
            total = self._progress.tasks[0].total or 0
            self._progress.update(self._task, total=total + count)

    def show(self, case: Case, result: CheckResult | None) -> None:
        """Shows that a check begins, or what came of it."""
        if result is None:
            self.begin(case.requirement.id)
        else:
            self._console.print(self._show(result), soft_wrap=True)
            self.end(case.requirement.id)

    def begin(self, name: str) -> None:
        """Shows that something runs from now on."""
        self._running.append(name)
        self._describe()

    def end(self, name: str) -> None:
        """Counts one more as done, whether it was shown to run or not."""
        if name in self._running:
            self._running.remove(name)
        self.advance()
        self._describe()

    def advance(self) -> None:
        """Counts one more as done."""
        if self._task is not None:
            self._progress.advance(self._task)

    def _describe(self) -> None:
        if self._task is not None:
            self._progress.update(self._task, description=", ".join(self._running))
