"""Running one command to its end: its own process group, bounded output, bounded time."""

from __future__ import annotations

import codecs
import os
import select
import signal
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from seatrial_reference import orphans
from seatrial_reference.errors import TurnInterrupted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial_reference.activity import TurnControl
    from seatrial_reference.commands import Command
    from seatrial_reference.sandbox import Sandbox
    from seatrial_reference.settings import SandboxPolicy

TIMED_OUT = 124
NOT_STARTED = 127
_SECRET = ("KEY", "SECRET", "TOKEN", "PASSWORD")
_DENIALS = ("Permission denied", "Operation not permitted", "Read-only file system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended.

    Args:
        exit_code: Its status; 128 and more for a signal, 124 when its time was up.
        output: What it wrote to stdout and stderr, in the order of writing.
        duration_ms: How long it ran, in milliseconds.
        sandboxed: Whether it ran in the sandbox.
    """

    exit_code: int
    output: str
    duration_ms: int
    sandboxed: bool

    @property
    def denied_by_sandbox(self) -> bool:
        """Whether the sandbox probably is why it failed: a status, and a telling message."""
        denied = any(text in self.output for text in _DENIALS)
        return self.sandboxed and self.exit_code != 0 and denied


class CommandRunner:
    """Runs the commands of all turns, and ends them all.

    Args:
        sandbox: How a command is confined.
        timeout: The longest a command may run, in seconds.
        limit: The most output kept of one command, in bytes.
    """

    def __init__(self, sandbox: Sandbox, *, timeout: float = 60.0, limit: int = 1 << 20) -> None:
        self._sandbox = sandbox
        self._timeout = timeout
        self._limit = limit
        self._lock = threading.Lock()
        self._live: set[int] = set()
        self._closed = False
        orphans.adopt()

    def run(
        self,
        command: Command,
        *,
        confined_by: SandboxPolicy | None,
        control: TurnControl,
        on_output: Callable[[str], None],
    ) -> Outcome:
        """Run a command to its end.

        Args:
            command: What to run.
            confined_by: The sandbox it runs in, or None for none.
            control: The turn it belongs to.
            on_output: Called with each new piece of its output.

        Raises:
            SandboxUnavailable: It should run in a sandbox and there is none; it did not run.
            TurnInterrupted: The turn was interrupted; the command and its group are gone.
        """
        argv = list(command.argv)
        if confined_by is not None:
            argv = self._sandbox.wrap(argv, confined_by, command.cwd)
        begun = time.monotonic()
        output = _Output(limit=self._limit, on_text=on_output)
        try:
            process = self._start(argv, command.cwd, control)
        except OSError as error:
            output.add(f"{error}\n".encode())
            exit_code = NOT_STARTED
        else:
            exit_code = self._follow(process, output, control)
        return Outcome(
            exit_code=exit_code,
            output=output.close(),
            duration_ms=int((time.monotonic() - begun) * 1000),
            sandboxed=confined_by is not None,
        )

    def close(self) -> None:
        """Kill every command, its group and its orphans, and start no more."""
        with self._lock:
            self._closed = True
            for pid in self._live:
                _kill_group(pid)
            orphans.end_all()

    def environment(self) -> dict[str, str]:
        """Give what a command sees of the server's environment: nothing that is a secret."""
        return {
            name: value
            for name, value in os.environ.items()
            if not any(word in name.upper() for word in _SECRET)
        }

    def _start(self, argv: list[str], cwd: str, control: TurnControl) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise TurnInterrupted
            control.check()
            process = subprocess.Popen(
                argv,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=self.environment(),
                start_new_session=True,
            )
            self._live.add(process.pid)
        return process

    def _follow(
        self, process: subprocess.Popen[bytes], output: _Output, control: TurnControl
    ) -> int:
        in_time = True
        try:
            with control.waiting(lambda: _kill_group(process.pid)):
                in_time = _collect(process, output, time.monotonic() + self._timeout)
        finally:
            self._finish(process)
        control.check()
        if not in_time:
            output.add(f"command timed out after {self._timeout:g} seconds\n".encode())
            return TIMED_OUT
        status = process.returncode
        return status if status >= 0 else 128 - status

    def _finish(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            _kill_group(process.pid)
            process.wait()
            self._live.discard(process.pid)
            if not self._live and not self._closed:
                orphans.end_all()
        if process.stdout is not None:
            process.stdout.close()


class _Output:
    """Collects bytes as text, up to a limit, and passes each piece on."""

    def __init__(self, *, limit: int, on_text: Callable[[str], None]) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._left = limit
        self._dropped = 0
        self._pieces: list[str] = []
        self._on_text = on_text

    def add(self, data: bytes) -> None:
        """Take the next bytes."""
        kept = data[: self._left]
        self._left -= len(kept)
        self._dropped += len(data) - len(kept)
        self._pass_on(self._decoder.decode(kept))

    def close(self) -> str:
        """Give all that was kept, and say how much was not."""
        self._pass_on(self._decoder.decode(b"", final=True))
        if self._dropped:
            self._pass_on(f"\n[{self._dropped} more bytes were left out]\n")
        return "".join(self._pieces)

    def _pass_on(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._on_text(text)


def _collect(process: subprocess.Popen[bytes], output: _Output, deadline: float) -> bool:
    """Read until the command's own process ends; tell whether that was before the deadline.

    A child that it left behind may hold the pipe open, so the end of the pipe is not waited for.
    """
    assert process.stdout is not None
    source = process.stdout.fileno()
    os.set_blocking(source, False)
    ended, at_end = os.pipe()
    watcher = threading.Thread(target=_watch, args=(process, at_end), daemon=True)
    watcher.start()
    try:
        open_ends = {source, ended}
        while ended in open_ends:
            left = deadline - time.monotonic()
            ready = select.select(open_ends, (), (), max(0.0, left))[0] if left > 0 else ()
            if not ready:
                _kill_group(process.pid)
                return False
            if source in ready and not _drain(source, output, rounds=1):
                open_ends.discard(source)
            if ended in ready:
                open_ends.discard(ended)
        _drain(source, output, rounds=256)
        return True
    finally:
        _kill_group(process.pid)
        watcher.join()
        os.close(ended)


def _watch(process: subprocess.Popen[bytes], at_end: int) -> None:
    """Close the pipe end once the process has ended.

    Where the system can tell so, the process is left to be reaped by its owner, so that its id
    still names its group.
    """
    with suppress(ChildProcessError):  # reaped already: the server is ending
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        else:
            process.wait()
    os.close(at_end)


def _drain(source: int, output: _Output, *, rounds: int) -> bool:
    """Read what is there; tell whether more may come."""
    for _ in range(rounds):
        try:
            data = os.read(source, 1 << 16)
        except BlockingIOError:
            return True
        if not data:
            return False
        output.add(data)
    return True


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
