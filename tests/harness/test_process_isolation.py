"""Strong isolation: a PID namespace or a cgroup for each server ends with all that is in it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from seatrial.process import (
    CannotIsolate,
    CannotStart,
    Command,
    Exit,
    Isolation,
    Means,
    ServerProcess,
    layer,
    spawn,
)
from seatrial.process import isolation as isolating
from seatrial.process.isolation import VARIABLE, strongest
from seatrial.process.layers import Group, InCgroup, InPidNamespace, Supervised
from seatrial.process.zygote import zygote

if TYPE_CHECKING:
    from tests.harness.conftest import Dead, Pidfd, Run, Script

linux = pytest.mark.skipif(sys.platform != "linux", reason="the supervisor is for Linux")
PATIENCE = 30.0
DAEMON = """
import json, os, signal, sys
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    os.write(writing, open("/proc/self/stat").read().split()[0].encode())
    while True:
        signal.pause()
os.wait()
inside = os.read(reading, 32).decode()
print(json.dumps({"pid": os.getpid(), "parent": os.getppid(), "daemon": inside,
                  "seen": [name for name in os.listdir("/proc") if name.isdecimal()]}), flush=True)
"""
STAYS = DAEMON + "while True:\n    signal.pause()\n"


def held(isolation: Isolation) -> type[Supervised]:
    """Returns the layer of an isolation; skips a test where this machine does not allow it."""
    try:
        found = layer(isolation)
    except CannotIsolate as error:
        pytest.skip(str(error))
    assert issubclass(found, Supervised)
    return found


@pytest.fixture(params=[Isolation.PIDNS, Isolation.CGROUP])
def isolation(request: pytest.FixtureRequest) -> Isolation:
    chosen: Isolation = request.param
    held(chosen)
    return chosen


@pytest.fixture
def pidns() -> Isolation:
    held(Isolation.PIDNS)
    return Isolation.PIDNS


@pytest.fixture
def cgroup() -> Isolation:
    held(Isolation.CGROUP)
    return Isolation.CGROUP


async def first(process: ServerProcess) -> dict[str, Any]:
    line = await asyncio.wait_for(process.stdout.line(), PATIENCE)
    assert line is not None, process.stderr.text()
    said: dict[str, Any] = json.loads(line)
    return said


def folder(process: ServerProcess) -> Path:
    """Returns the folder of the cgroup that a server is in."""
    text = Path(f"/proc/{process.pid}/cgroup").read_text()
    (own,) = [line[3:] for line in text.splitlines() if line.startswith("0::")]
    (found,) = [
        mount / own.lstrip("/")
        for mount in map(Path, ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"))
        if (mount / own.lstrip("/") / "cgroup.kill").exists()
    ]
    return found


@linux
def test_a_server_in_a_namespace_sees_only_its_own(
    run: Run, script: Script, tmp_path: Path, pidns: Isolation
) -> None:
    command = replace(script(STAYS), isolation=pidns)

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            said = await first(process)
            assert said["pid"] == 2, "the first one is ours"
            assert said["parent"] == 0, "its parent is outside"
            assert set(said["seen"]) == {"1", "2", said["daemon"]}
            tree = await process.tree()
            assert len(tree) == 2, "what is ours is not of the server"
            assert process.pid in {one.pid for one in tree}
            assert process.pid > 2

    run(main())


@linux
def test_its_end_is_seen_as_it_is_and_so_is_what_it_left(
    run: Run, script: Script, tmp_path: Path, isolation: Isolation
) -> None:
    command = replace(script(DAEMON + "sys.exit(7)"), isolation=isolation)

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            assert await process.exited == Exit(status=7)
            ended = await process.end()
            assert ended.means is Means.ITSELF
            assert len(ended.left) == 1
            assert not psutil.pid_exists(ended.left[0].pid)
            assert ended.survivors == ()

    run(main())


@linux
def test_the_end_of_its_output_is_its_own(
    run: Run, script: Script, tmp_path: Path, isolation: Isolation
) -> None:
    """What is ours holds none of its streams."""
    command = replace(script("import os\nos.close(1)\nos.read(0, 1)"), isolation=isolation)

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            assert await asyncio.wait_for(process.stdout.line(), PATIENCE) is None
            assert not process.exited.done()
            process.stdin.close()
            assert await process.exited == Exit(status=0)

    run(main())


@linux
def test_a_supervisor_and_the_one_above_killed_together_lose_nothing(
    run: Run, script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead, isolation: Isolation
) -> None:
    """Which is what a server could do to them that has no isolation."""
    command = replace(script(STAYS), isolation=isolation)

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            fds = {str(one.pid): pidfd(one.pid) for one in await process.tree()}
            assert len(fds) == 2
            assert not dead(fds)
            path = folder(process) if isolation is Isolation.CGROUP else tmp_path / "none"
            reaper = psutil.Process(process.pid).ppid()
            os.kill(zygote(held(isolation).machine).pid, signal.SIGKILL)
            os.kill(reaper, signal.SIGKILL)
            assert await process.stdout.line() is None
            ended = await process.end()
            assert not ended.supervised
            assert dead(fds, timeout=PATIENCE) == set(fds)
            assert not path.exists()

    run(main())


@linux
def test_a_server_in_a_namespace_cannot_kill_its_supervisor(
    run: Run, script: Script, tmp_path: Path, pidns: Isolation
) -> None:
    kills = "os.setpgid(0, 0) if os.getpgrp() != os.getpid() else None\nos.kill(-1, 9)\n"
    command = replace(script(DAEMON + kills + "sys.exit(3)"), isolation=pidns)

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            assert await process.exited == Exit(status=3)
            ended = await process.end()
            assert ended.supervised
            assert ended.left == (), "it killed all that it could see"

    run(main())


@linux
def test_what_unshare_may_do_we_may_do() -> None:
    """So that a machine that allows it does not skip the tests above unseen."""
    options = ["--pid", "--mount", *(["--user"] if os.getuid() else []), "--fork", "true"]
    program = shutil.which("unshare")
    if program is None or subprocess.run([program, *options], check=False).returncode != 0:
        pytest.skip("this machine allows no PID namespaces, or has no unshare to try it with")
    assert layer(Isolation.PIDNS) is InPidNamespace


@linux
def test_what_cannot_start_leaves_nothing(run: Run, tmp_path: Path, isolation: Isolation) -> None:
    program = tmp_path / "tool"
    program.write_text("#!/no/such/interpreter\n")
    program.chmod(0o755)
    command = Command(argv=(str(program),), cwd=tmp_path, isolation=isolation)

    async def main() -> None:
        for _ in range(3):
            with pytest.raises(CannotStart, match="interpreter"):
                async with spawn(command, stderr_file=tmp_path / "stderr"):
                    pytest.fail("it started")

    run(main())
    spares = psutil.Process(zygote(held(isolation).machine).pid).children(recursive=True)
    assert len(spares) <= 2, "the next reaper, and the first process of its namespace"


@linux
@pytest.mark.parametrize("how", ["end", "reaper"])
def test_a_cgroup_is_removed_with_those_that_were_made_in_it(
    run: Run,
    script: Script,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cgroup: Isolation,
    how: str,
) -> None:
    """By the reaper, or by the zygote if that was killed; not only by us, who may be killed too."""
    monkeypatch.setattr(Supervised, "_last_resort", lambda _: None)
    command = replace(script(STAYS), isolation=cgroup)

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            path = folder(process)
            daemon = max(one.pid for one in await process.tree())
            (path / "inner").mkdir()
            (path / "inner" / "cgroup.procs").write_text(str(daemon))
            reaper = psutil.Process(process.pid).ppid()
            assert folder(process).name.startswith("seatrial-")
            assert path.name not in Path(f"/proc/{reaper}/cgroup").read_text()
            if how == "reaper":
                os.kill(reaper, signal.SIGKILL)
            await process.end()
            assert not path.exists()
            assert not psutil.pid_exists(daemon)

    run(main())


def test_the_environment_says_it_unless_the_command_does(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pidns: Isolation
) -> None:
    async def sees(command: Command) -> bytes | None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            return await process.stdout.line()

    command = Command(argv=("/bin/sh", "-c", "echo $PPID"), cwd=tmp_path)
    monkeypatch.setenv(VARIABLE, "pidns")
    assert layer() is InPidNamespace
    assert run(sees(command)) == b"0"
    assert run(sees(replace(command, isolation=Isolation.NONE))) != b"0"
    monkeypatch.delenv(VARIABLE)
    assert run(sees(command)) != b"0"
    assert run(sees(replace(command, isolation=pidns))) == b"0"


def test_a_word_that_is_no_isolation(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "jail")
    with pytest.raises(CannotIsolate) as caught:
        layer()
    assert caught.value.expected.startswith(
        "one of none, auto, pidns, cgroup, in SEATRIAL_ISOLATION"
    )
    assert caught.value.arrived == "jail"
    monkeypatch.setenv(VARIABLE, "")
    assert layer() is layer(Isolation.NONE)


@pytest.mark.parametrize("wish", [Isolation.PIDNS, Isolation.CGROUP])
def test_a_wish_that_cannot_be_met_is_never_passed_over(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wish: Isolation
) -> None:
    monkeypatch.setattr(isolating, "_against", lambda kind: f"no {kind} for you")
    with pytest.raises(CannotIsolate) as caught:
        strongest(wish, supervised=True)
    assert caught.value.what == f"cannot isolate by {wish}"
    assert caught.value.arrived == f"no {wish} for you"
    with pytest.raises(CannotIsolate, match="no Linux with pidfds"):
        strongest(wish, supervised=False)


def test_the_strongest_that_is_allowed_is_taken_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    against: dict[Isolation, str] = {}
    monkeypatch.setattr(isolating, "_against", lambda kind: against.get(kind, ""))
    assert strongest(Isolation.AUTO, supervised=True) is Isolation.PIDNS
    against[Isolation.PIDNS] = "not here"
    assert strongest(Isolation.AUTO, supervised=True) is Isolation.CGROUP
    against[Isolation.CGROUP] = "not here"
    assert strongest(Isolation.AUTO, supervised=True) is Isolation.NONE
    assert strongest(Isolation.AUTO, supervised=False) is Isolation.NONE


def test_a_kind_is_tried_by_a_program_that_says_what_stands_against_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = {
        "good": subprocess.CompletedProcess([], 0, b"", b""),
        "bad": subprocess.CompletedProcess([], 1, b"", b"[Errno 1] Operation not permitted\n"),
    }
    monkeypatch.setattr(isolating, "run_program", lambda _, kind: answers[kind])
    assert isolating._against.__wrapped__("good") == ""
    assert isolating._against.__wrapped__("bad") == "[Errno 1] Operation not permitted"

    def denied(*_: str) -> None:
        raise OSError("no descriptors")

    monkeypatch.setattr(isolating, "run_program", denied)
    assert isolating._against.__wrapped__("good") == "no descriptors"


@linux
def test_each_layer_has_a_name_of_its_own() -> None:
    names = {one.name for one in (Supervised, InPidNamespace, InCgroup, Group)}
    assert len(names) == 4
    assert "PID namespace" in InPidNamespace.name
    assert "cgroup" in InCgroup.name
