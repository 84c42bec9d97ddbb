"""The zygote: one a process, over loops and threads; replaced when lost; what it passes on."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from seatrial.process import (
    CannotStart,
    Command,
    Isolation,
    Means,
    ServerProcess,
    SupervisorLost,
    environment,
    spawn,
)
from seatrial.process._proc import Processes
from seatrial.process._subreaper import Owner, tell
from seatrial.process.layers import (
    Group,
    Supervised,
    WithoutBoth,
    WithoutChildren,
    WithoutPidfd,
    _held,
)
from seatrial.process.supervised import _event
from seatrial.process.zygote import Machine, probe, zygote

if TYPE_CHECKING:
    from tests.harness.conftest import Dead, Pidfd, Run, Script

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the supervisor is for Linux")
PATIENCE = 30.0
CAT = "/bin/cat"


def cat(folder: Path) -> Command:
    return Command(argv=(CAT,), env=environment({}, run="test"), cwd=folder)


async def echoes(process: ServerProcess) -> bool:
    process.stdin.write(b"hello\n")
    return await process.stdout.line() == b"hello"


def test_one_zygote_serves_loop_after_loop_and_threads(run: Run, tmp_path: Path) -> None:
    async def main() -> int:
        async with spawn(cat(tmp_path), stderr_file=tmp_path / "stderr") as process:
            assert await echoes(process)
            reaper = psutil.Process(process.pid).parent()
            assert reaper is not None
            return reaper.ppid()

    found = {run(main()) for _ in range(3)}
    threads = [
        threading.Thread(target=lambda: found.add(asyncio.run(main())), name=f"spawns {n}")
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == {zygote(Supervised.machine).pid}


def test_many_servers_at_once(run: Run, tmp_path: Path) -> None:
    async def one(number: int) -> None:
        async with spawn(cat(tmp_path), stderr_file=tmp_path / f"stderr{number}") as process:
            assert await echoes(process)

    async def main() -> None:
        await asyncio.gather(*(one(number) for number in range(12)))

    run(main())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_zygote_that_is_killed_or_stopped_is_replaced_or_continued(
    run: Run, tmp_path: Path, number: signal.Signals
) -> None:
    async def main() -> None:
        async with spawn(cat(tmp_path), stderr_file=tmp_path / "stderr") as before:
            before_it = zygote(Supervised.machine).pid
            os.kill(before_it, number)
            async with spawn(cat(tmp_path), stderr_file=tmp_path / "stderr") as after:
                assert await echoes(after)
            replaced = zygote(Supervised.machine).pid != before_it
            assert replaced == (number is signal.SIGKILL)
            assert await echoes(before), "its reaper does without"
            ended = await before.end()
            assert ended.means is Means.SIGKILL
            assert ended.supervised

    run(main())


def test_a_lost_supervisor_is_told_as_such(
    run: Run, tmp_path: Path, pidfd: Pidfd, dead: Dead
) -> None:
    async def main() -> None:
        async with spawn(cat(tmp_path), stderr_file=tmp_path / "stderr") as process:
            fds = {"server": pidfd(process.pid)}
            reaper = psutil.Process(process.pid).ppid()
            os.kill(zygote(Supervised.machine).pid, signal.SIGKILL)
            os.kill(reaper, signal.SIGKILL)
            assert await process.stdout.line() is None
            assert dead(fds, timeout=PATIENCE) == {"server"}
            with pytest.raises(SupervisorLost, match="the supervisor of '/bin/cat' is gone"):
                await process.tree()
            ended = await process.end()
            assert not ended.supervised
            assert ended.exit is None
        async with spawn(cat(tmp_path), stderr_file=tmp_path / "stderr") as process:
            assert await echoes(process), "the next one has supervisors again"

    run(main())


def test_words_that_are_no_utf_8_arrive_as_they_are(run: Run, tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9 \xff")
    script = 'printf "%s|%s" "$1" "$ODD" | od -An -tx1'
    folder = tmp_path / odd
    folder.mkdir()
    command = Command(
        argv=("/bin/sh", "-c", script, "sh", odd),
        env=environment({"ODD": odd}, run="test"),
        cwd=folder,
    )

    async def main() -> bytes:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            return await process.stdout.line() or b""

    assert bytes.fromhex(run(main()).decode()) == b"caf\xe9 \xff|caf\xe9 \xff"


def test_a_name_that_holds_an_equals_sign(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        command = Command(argv=(CAT,), env={"A=B": "C"}, cwd=tmp_path)
        with pytest.raises(CannotStart) as caught:
            async with spawn(command, stderr_file=tmp_path / "stderr"):
                pytest.fail("it started")
        assert caught.value.arrived == "the name 'A=B'"

    run(main())


def test_a_machine_without_descriptors(run: Run, tmp_path: Path) -> None:
    """It says so at once, leaves nothing, and goes on when there are some again."""

    async def main() -> None:
        async with spawn(cat(tmp_path), stderr_file=tmp_path / "stderr"):
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            top = max(map(int, os.listdir("/proc/self/fd")))  # noqa: PTH208
            before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
            holes = [os.dup(0) for _ in range(top - before + 2)]
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(holes, default=top) + 4, hard))
            try:
                with pytest.raises(CannotStart) as caught:
                    async with spawn(cat(tmp_path), stderr_file=tmp_path / "more"):
                        pytest.fail("it started")
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
                for fd in holes:
                    os.close(fd)
            assert errno.errorcode[errno.EMFILE] in caught.value.arrived
            assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
            async with spawn(cat(tmp_path), stderr_file=tmp_path / "more") as process:
                assert await echoes(process)

    run(main())


def test_a_fork_of_ours_has_a_zygote_of_its_own(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        async with spawn(cat(tmp_path), stderr_file=tmp_path / "stderr") as process:
            assert await echoes(process)

    run(main())
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            asyncio.run(main())
            os.write(writing, b"%d" % zygote(Supervised.machine).pid)
        finally:
            os._exit(0)
    os.close(writing)
    theirs = os.read(reading, 32)
    os.close(reading)
    assert os.waitpid(pid, 0)[1] == 0
    assert theirs.isdigit()
    assert int(theirs) != zygote(Supervised.machine).pid


@pytest.mark.parametrize("held", [WithoutPidfd, WithoutChildren, WithoutBoth])
def test_without_what_newer_kernels_have(
    run: Run,
    script: Script,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    held: type[Supervised],
) -> None:
    monkeypatch.setattr(sys.modules["seatrial.process.spawn"], "layer", lambda *_: held)
    command = script(
        "import os\nif os.fork() == 0:\n    os.setsid()\nprint(os.getpid(), flush=True)\n"
        "import signal\nsignal.pause()"
    )

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            pids = {int(await process.stdout.line() or b"0") for _ in range(2)}
            assert {one.pid for one in await process.tree()} == pids
            ended = await process.end()
            assert ended.survivors == ()
            assert not any(map(psutil.pid_exists, pids))

    run(main())


def test_the_active_layer_says_what_it_stands_on(monkeypatch: pytest.MonkeyPatch) -> None:
    held = {one.machine: one for one in (Supervised, WithoutPidfd, WithoutChildren, WithoutBoth)}
    assert len({one.name for one in held.values()}) == len(held)
    for pidfd in (True, False):
        for children in (True, False):
            machine = Machine(pidfd=pidfd, children=children)
            monkeypatch.setattr("seatrial.process.layers.probe", lambda found=machine: found)
            assert _held.__wrapped__(Isolation.NONE) is held[machine]
    monkeypatch.setattr("seatrial.process.layers.probe", lambda: None)
    assert _held.__wrapped__(Isolation.NONE) is Group
    monkeypatch.undo()

    def denied(pid: int) -> int:
        raise OSError(errno.ENOSYS, f"no pidfd of {pid}")

    monkeypatch.setattr(os, "pidfd_open", denied)
    assert probe() == Machine(pidfd=False, children=True)


SHUT_DOWN_LATE = """
import sys, tempfile
from pathlib import Path
from seatrial.process import Command, spawn_sync, zygote

sys.kept = zygote  # so that its names are cleared among the last
with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    with spawn_sync(Command(argv=("/bin/true",), cwd=folder), stderr_file=folder / "e") as one:
        one.wait()
"""


def test_no_socket_is_open_when_the_interpreter_is_taken_down() -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "always::ResourceWarning", "-c", SHUT_DOWN_LATE],
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    assert ran.stderr == b""


def test_many_may_list_by_one_descriptor_at_once() -> None:
    # The zygote and its reapers share it: on CI, one of them once read what another then missed.
    processes = Processes("stat")

    def missed(_: int) -> bool:
        found = {pid for children in processes._by_parent().values() for pid in children}
        return os.getpid() not in found

    try:
        with ThreadPoolExecutor(4) as pool:
            assert not any(pool.map(missed, range(200)))
    finally:
        os.close(processes.folder)


def test_an_event_that_breaks_off_says_that_all_is_lost() -> None:
    said = {"exited": 0, "left": [{"pid": 7, "argv": ["naïve", "\n"], "state": "S"}]}
    processes = Processes("children")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        tell(theirs.fileno(), Owner(-1, os.getpid(), processes), said)
        line = ours.recv(4096).removesuffix(b"\n")
    os.close(processes.folder)
    assert _event(line) == said
    for length in range(len(line)):
        assert _event(line[:length]) == {"lost": []}
