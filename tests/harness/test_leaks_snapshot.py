"""A snapshot sees what this process holds, and the comparison what is more."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from seatrial.leaks import Kind, Severity, blind, compare, keep, ledger, snapshot
from seatrial.leaks import snapshot as looked
from seatrial.leaks.chance import await_deaths, end_trees, leaks_since

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is read from /proc")
MODULE = sys.modules["seatrial.leaks.snapshot"]


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "612"]) as process:
        while not Path(f"/proc/{process.pid}/cmdline").read_bytes():
            os.sched_yield()  # its exec is done, but the kernel has not noted its words yet
        yield process
        process.kill()


def test_nothing_is_no_more_than_before() -> None:
    assert compare(snapshot(), snapshot()) == []
    assert leaks_since(snapshot(), bound=0) == []
    assert blind() == ()


def test_a_child_and_what_is_below_it_are_named_and_ended() -> None:
    before = snapshot()
    words = ["sh", "-c", "sleep 613 & echo; wait"]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        found = [leak for leak in compare(before, snapshot()) if leak.kind is Kind.CHILD]
        assert len(found) == 2
        assert {leak.severity for leak in found} == {Severity.FAIL}
        assert str(found[0]) == f"child {process.pid}: sh -c sleep 613 & echo; wait"
        assert end_trees([process.pid]) == []
        assert not any(psutil.pid_exists(leak.pid or 0) for leak in found if leak is found[0])
    assert [leak for leak in compare(before, snapshot()) if leak.kind is Kind.CHILD] == []


def test_a_process_of_the_ledger_is_left_out_with_its_tree(
    child: subprocess.Popen[bytes],
) -> None:
    after = snapshot()
    before = looked()
    entry = ledger.open(Kind.PROCESS, "sleep", pid=child.pid)
    emptied = type(after)(
        children=frozenset(), descriptors=before.descriptors, threads=before.threads
    )
    assert compare(emptied, after) == []
    entry.settle()
    assert [leak.pid for leak in compare(emptied, after)] == [child.pid]


def test_a_zombie_is_one_until_it_is_waited_for() -> None:
    before = snapshot()
    pid = os.posix_spawn(sys.executable, [sys.executable, "-S", "-c", ""], {})
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    (leak,) = leaks_since(before, bound=0)
    assert (leak.kind, leak.pid) == (Kind.ZOMBIE, pid)
    assert "was not waited for" in leak.what
    assert end_trees([pid]) == []
    assert leaks_since(before, bound=0) == []


def test_a_descriptor_is_known_by_what_it_stands_for(tmp_path: Path) -> None:
    fd = os.open(tmp_path, os.O_RDONLY)
    before = snapshot()
    other = os.dup(fd)
    (leak,) = compare(before, snapshot())
    assert (leak.kind, leak.what, leak.severity) == (
        Kind.DESCRIPTOR,
        f"{other}: {tmp_path}",
        Severity.WARN,
    )
    os.close(fd)  # the same is open as before, under another number
    assert compare(before, snapshot()) == []
    os.close(other)


def test_a_descriptor_that_is_kept_is_no_leak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MODULE, "_kept", set())
    before = snapshot()
    read, write = os.pipe()
    assert len(compare(before, snapshot())) == 2
    keep(read, write)
    assert compare(before, snapshot()) == []
    for fd in (read, write):
        os.close(fd)
    with pytest.raises(OSError, match="Bad file descriptor"):
        keep(read)


def test_a_thread_is_named_with_what_it_runs() -> None:
    before = snapshot()
    end = threading.Event()
    thread = threading.Thread(target=_waits, args=(end,), name="lingers")
    thread.start()
    (leak,) = compare(before, snapshot())
    assert leak.kind is Kind.THREAD
    assert leak.what.startswith(f"lingers, running {__file__}:")
    end.set()
    assert leaks_since(before, bound=30) == []


def _waits(end: threading.Event) -> None:
    end.wait()


def test_a_task_is_named_with_where_it_waits() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        before = snapshot(loop=loop)
        end = asyncio.Event()
        task = loop.create_task(_until(end), name="idles")
        (leak,) = compare(before, snapshot(loop=loop))
        assert (leak.kind, leak.severity) == (Kind.TASK, Severity.WARN)
        assert leak.what.startswith(f"idles (_until), at {__file__}:")
        end.set()
        await task
        assert compare(before, snapshot(loop=loop)) == []

    asyncio.run(main())


async def _until(end: asyncio.Event) -> None:
    await end.wait()


def test_what_another_opened_is_taken_out(tmp_path: Path) -> None:
    test, before = snapshot(), snapshot()
    with (tmp_path / "theirs").open("w"):
        test = test.grown(before, snapshot())
        assert compare(test, snapshot()) == []
        with (tmp_path / "ours").open("w"):
            (leak,) = compare(test, snapshot())
            assert leak.what.endswith("ours")


def test_a_child_that_ends_in_time_and_is_waited_for_is_no_leak() -> None:
    before = snapshot()
    with closing(os.fdopen(os.dup(0), "rb")):
        pass
    process = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    waiting = threading.Thread(target=process.wait)
    waiting.start()
    assert {leak.kind for leak in compare(before, snapshot())} >= {Kind.CHILD, Kind.THREAD}
    assert process.stdin
    process.stdin.close()
    assert leaks_since(before, bound=30) == []


def test_deaths_are_awaited_and_the_bound_holds(child: subprocess.Popen[bytes]) -> None:
    assert await_deaths([child.pid], bound=0) is False
    assert await_deaths([], bound=0) is True
    child.kill()
    assert await_deaths([child.pid], bound=30) is True
    child.wait()
    assert await_deaths([child.pid], bound=0) is True


def test_without_proc_children_and_threads_are_still_seen(
    monkeypatch: pytest.MonkeyPatch, child: subprocess.Popen[bytes]
) -> None:
    monkeypatch.setattr(MODULE, "PROC", False)
    monkeypatch.setattr("seatrial.leaks.words.PROC", False)
    assert blind() == (Kind.DESCRIPTOR, Kind.SOCKET, Kind.ZOMBIE)
    after = snapshot()
    assert child.pid in after.children
    assert after.descriptors == {}
    emptied = type(after)(children=frozenset(), descriptors={}, threads=after.threads)
    assert f"{child.pid}: sleep 612" in [leak.what for leak in compare(emptied, after)]
