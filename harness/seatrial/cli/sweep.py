"""`seatrial sweep`: lists and ends what earlier runs left, and nothing else."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from seatrial.home import base_folder
from seatrial.leaks.folders import CannotSweep, LeftFolder
from seatrial.leaks.run import Run, RunState
from seatrial.leaks.sweep import LeftProcess, Remains, Swept, look
from seatrial.leaks.sweep import sweep as clean
from seatrial.reports.safe import visible

__all__ = ["sweep"]

WHY = {
    RunState.LIVING: "still runs: left alone",
    RunState.ELSEWHERE: "is of another container (pid namespace): left alone",
}


@click.command()
@click.option("--dry-run", is_flag=True, help="Only list what would be ended and removed.")
@click.option("--kept", is_flag=True, help="Also remove homes that --keep left behind.")
@click.option("--run", "name", metavar="RUN", help="Only sweep this run, if it is over.")
def sweep(dry_run: bool, kept: bool, name: str | None) -> int:
    """End the processes and remove the homes that earlier runs left.

    A process is recognised by SEATRIAL_RUN in its environment, a home by the file owner.json in it,
    and a folder in the system's temporary one by its name. All of them name their run. Nothing of a
    run that still runs is touched, and nothing without such a mark.

    Exit status: 0 if it was done, 2 if something could not be ended or removed.
    """
    folders = base_folder(), Path(tempfile.gettempdir())
    only = _named(name) if name is not None else None
    before = _of_run(look(*folders), only)
    for state in (RunState.LIVING, RunState.ELSEWHERE):
        _list(before.of(state), WHY[state])
    over = before.of(RunState.OVER)
    spared = () if kept else tuple(one for one in over.folders if one.kept)
    for one in spared:
        _say(f"left alone: {one}; --kept removes it")
    todo = Remains(
        processes=over.processes, folders=tuple(one for one in over.folders if one not in spared)
    )
    if not (todo.processes or todo.folders):
        _say("nothing to sweep")
    elif dry_run:
        _list(todo, "is over: would be swept")
    else:
        _report(clean(*folders, wanted=todo.runs().__contains__, kept=kept))
    return 0


def _named(name: str) -> Run:
    run = Run.parse(name)
    if run is None:
        raise CannotSweep(
            "there is no such run",
            expected="a run's name: pid, start, namespace and token, divided by hyphens",
            arrived=repr(name),
            cause="is it a pid alone?",
            remedy="seatrial sweep --dry-run lists what bears a run's name",
        )
    return run


def _of_run(remains: Remains, only: Run | None) -> Remains:
    if only is None:
        return remains
    return Remains(
        processes=tuple(process for process in remains.processes if process.run == only),
        folders=tuple(folder for folder in remains.folders if folder.run == only),
    )


def _say(text: str) -> None:
    click.echo(visible(text))


def _list(remains: Remains, why: str) -> None:
    runs: dict[Run, list[str]] = {}
    found: tuple[LeftProcess | LeftFolder, ...] = (*remains.processes, *remains.folders)
    for one in found:
        runs.setdefault(one.run, []).append(str(one))
    for run, lines in runs.items():
        _say(f"run {run} {why}")
        for line in lines:
            _say(f"  {line}")


def _report(done: Swept) -> None:
    for process in done.ended:
        _say(f"ended {process}")
    for folder in done.removed:
        _say(f"removed {folder}")
    if done.alive or done.stuck:
        raise CannotSweep(
            "something is left that an earlier run left",
            expected="every process of it to end, and every folder of it to go",
            arrived="; ".join(str(one) for one in (*done.alive, *done.stuck)),
            cause="does a process hang in the kernel, or is a file not yours to remove?",
            remedy="look at it by hand (ps -o pid,stat,args -p PID), then sweep again",
        )
