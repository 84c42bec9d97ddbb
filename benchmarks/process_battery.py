"""Mechanism against case: what is still alive when each way to end a process has returned.

`python -m benchmarks.process_battery [--trials N]` prints the table. A cell is the number of
processes left (`H`: it did not return within its bound), the worst of the trials. What survives is
killed by its witness before the next cell. Mechanisms that are not installed are left out.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import functools
import importlib.util
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psutil

from seatrial.process import Command, spawn_sync

HOSTILE = Path(__file__).resolve().parent.parent / "tests" / "battery" / "hostile.py"
CASES = ("plain", "a", "b", "c", "d", "d2", "e", "e2", "f", "g", "g2", "h", "i", "n", "n2")
BOUND = 5.0
Plain = subprocess.Popen[bytes]


def popen_kill(process: Plain) -> None:
    process.kill()
    process.wait()


def popen_terminate(process: Plain) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(0.3)
    process.kill()
    process.wait()


def group_kill(process: Plain) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def psutil_tree(process: Plain) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
    process.kill()
    process.wait()


PLAIN: dict[str, Callable[[Plain], None]] = {
    "Popen.kill + wait": popen_kill,
    "terminate, 0.3 s, kill": popen_terminate,
    "psutil tree kill": psutil_tree,
    "killpg": group_kill,
}


def argv(case: str, witness: Path) -> list[str]:
    return [sys.executable, "-I", "-S", str(HOSTILE), case, str(witness)]


def with_plain(end: Callable[[Plain], None], case: str, witness: Path) -> None:
    process = subprocess.Popen(
        argv(case, witness),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if case == "f" else subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    if case in ("e", "e2"):
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    end(process)


def with_anyio(case: str, witness: Path) -> None:
    import anyio

    async def main() -> None:
        process = await anyio.open_process(argv(case, witness), start_new_session=True)
        assert process.stdout is not None
        await process.stdout.receive()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.aclose()

    anyio.run(main)


def with_mirakuru(case: str, witness: Path) -> None:
    executor = importlib.import_module("mirakuru").OutputExecutor(
        argv(case, witness), banner="ready", timeout=BOUND
    )
    executor.start()
    executor.stop(stop_signal=signal.SIGKILL, expected_returncode=-9)


def with_ours(case: str, witness: Path) -> None:
    command = Command(
        argv=tuple(argv(case, witness)), env={"PATH": os.environ["PATH"]}, cwd=witness.parent
    )
    with spawn_sync(command, stderr_file=witness.with_name("stderr")) as process:
        if case != "f":
            process.line()
        if case in ("e", "e2"):
            process.wait()


def mechanisms() -> dict[str, Callable[[str, Path], None]]:
    packages = {"anyio": with_anyio, "mirakuru": with_mirakuru}
    return {
        **{name: functools.partial(with_plain, end) for name, end in PLAIN.items()},
        **{name: how for name, how in packages.items() if importlib.util.find_spec(name)},
        "**seatrial**": with_ours,
    }


def holders(witness: Path) -> list[int]:
    """Returns the processes that hold the witness, but for us."""
    found = []
    for pid in psutil.pids():
        with contextlib.suppress(OSError):
            held = {str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir()}
            if str(witness) in held and pid not in (os.getpid(), os.getppid()):
                found.append(pid)
    return found


def cell(mechanism: Callable[[str, Path], None], case: str) -> str:
    """Runs one trial in a process of its own, so that one that hangs can be given up."""
    with tempfile.TemporaryDirectory() as folder:
        witness = Path(folder) / "witness"
        os.mkfifo(witness)
        fd = os.open(witness, os.O_RDONLY | os.O_NONBLOCK)
        ours, theirs = multiprocessing.Pipe()
        trial = multiprocessing.get_context("fork").Process(
            target=_trial, args=(mechanism, case, witness, fd, theirs)
        )
        trial.start()
        theirs.close()
        try:
            said = ours.recv() if ours.poll(BOUND) else f"H{len(holders(witness)) or ''}"
        except EOFError:
            said = "?"
        trial.kill()
        trial.join()
        _clean_up()
        os.close(fd)
    return str(said)


def _clean_up() -> None:
    """Kills what a mechanism left: all of it has become ours, for we are its subreaper."""
    while left := psutil.Process().children(recursive=True):
        for one in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _trial(
    mechanism: Callable[[str, Path], None], case: str, witness: Path, fd: int, answer: object
) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    mechanism(case, witness)
    count = 0 if _end_of_file(fd) else max(1, len(holders(witness)))
    answer.send(str(count))  # type: ignore[attr-defined]


def _end_of_file(fd: int) -> bool:
    try:
        return os.read(fd, 1) == b""
    except BlockingIOError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1)
    trials: int = parser.parse_args().trials
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER, to be able to clean up
    print("| mechanism |", " | ".join(CASES), "|")
    print("|---" * (len(CASES) + 1) + "|")
    for name, mechanism in mechanisms().items():
        row = [max((cell(mechanism, case) for _ in range(trials)), key=_badness) for case in CASES]
        print(f"| {name} |", " | ".join(row), "|", flush=True)


def _badness(said: str) -> tuple[bool, int]:
    return not said.isdecimal(), int("".join(filter(str.isdecimal, said)) or 0)


if __name__ == "__main__":
    main()
