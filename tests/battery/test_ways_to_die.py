"""Every way in which a run of pytest ends, wanted or not: no process of ours is left by it.

Each case is a pytest of its own, with and without pytest-xdist, below a ward that says when the
last process is gone: the servers, with a daemon that has left them, their supervisors, the workers.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the supervisor is for Linux")

HERE = Path(__file__).parent
PATIENCE = 100.0
WITH_AND_WITHOUT_XDIST = pytest.mark.parametrize("words", [(), ("-n", "2")], ids=["alone", "xdist"])

HEAD = f"""
import os, signal, sys, threading
from pathlib import Path

import pytest

HERE = Path(__file__).parent

def say(word):
    with (HERE / "says").open("w") as fifo:
        fifo.write(word + "\\n")

def serve(spawn, case="d2"):
    words = [sys.executable, "-I", "-S", {str(HERE / "hostile.py")!r}, case, str(HERE / "witness")]
    process = spawn(*words)
    assert process.line() == b"ready"

@pytest.fixture
def server(seatrial_spawn):
    serve(seatrial_spawn)

def wait():
    say("ready")
    threading.Event().wait()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to die.

    Attributes:
        code: What the test does.
        said: What pytest says of it, alone and with pytest-xdist.
        words: More of its command line.
        signals: What is sent from outside, each when the test has said a word.
    """

    code: str
    said: tuple[str, str]
    words: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()


CRASHED = "worker 'gw* crashed while running *::test_it'"

WAYS = {
    "a worker is killed": Way(
        code="def test_it(server): os.kill(os.getpid(), signal.SIGKILL)",
        said=("", CRASHED),
    ),
    "a worker leaves by os._exit": Way(
        code="def test_it(server): os._exit(3)",
        said=("", CRASHED),
    ),
    "a timeout by thread": Way(
        code="@pytest.mark.timeout(5, method='thread')\ndef test_it(server): wait()",
        said=("*Timeout*", CRASHED),
    ),
    "a timeout by signal": Way(
        code="@pytest.mark.timeout(5, method='signal')\ndef test_it(server): wait()",
        said=("*Failed: Timeout*", "*Failed: Timeout*"),
    ),
    "the controller is killed": Way(
        code="def test_it(server): wait()",
        said=("", ""),
        signals=("SIGKILL",),
    ),
    "interrupted once": Way(
        code="def test_it(server): wait()",
        said=("*KeyboardInterrupt*", "*KeyboardInterrupt*"),
        signals=("SIGINT",),
    ),
    "interrupted again while it tears down": Way(
        code="@pytest.fixture\ndef slow(server):\n    yield\n    wait()\n\n"
        "def test_it(slow): wait()",
        said=("*KeyboardInterrupt*", "*KeyboardInterrupt*"),
        signals=("SIGINT", "SIGINT"),
    ),
    "--maxfail, with a server of the session": Way(
        code="@pytest.fixture(scope='session')\ndef lasting():\n"
        "    from seatrial.process import Command, spawn_sync\n"
        "    with spawn_sync(Command(argv=('sleep', '617'), cwd=HERE), stderr_file=HERE / 'err'):\n"
        "        yield\n\n"
        "@pytest.mark.parametrize('number', range(9))\n"
        "def test_it(lasting, server, number): assert number < 0",
        said=("*stopping after 1 failures*", "*stopping after 1 failures*"),
        words=("--maxfail=1",),
    ),
    "a fixture fails in its setup": Way(
        code="@pytest.fixture\ndef broken(server): raise KeyError('setup')\n\n"
        "def test_it(broken): pass",
        said=("*ERROR at setup of test_it*", "*ERROR at setup of test_it*"),
    ),
    "a fixture fails in its teardown": Way(
        code="@pytest.fixture\ndef broken(server):\n    yield\n    raise KeyError('teardown')\n\n"
        "def test_it(broken): pass",
        said=("*ERROR at teardown of test_it*", "*ERROR at teardown of test_it*"),
    ),
}


@contextmanager
def fifo(path: Path) -> Iterator[int]:
    """Makes a FIFO and holds both its ends, so that it never ends by itself."""
    os.mkfifo(path)
    fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        yield fd
    finally:
        os.close(fd)


def heard(fd: int, ward: subprocess.Popen[str]) -> bool:
    """Waits until the test says a word; says whether it did, or everything ended instead."""
    assert ward.stdout is not None
    ready, _, _ = select.select([fd, ward.stdout.fileno()], [], [], PATIENCE)
    assert ready, "neither a word of the test nor its end within the bound"
    return fd in ready and os.read(fd, 4096) != b""


@WITH_AND_WITHOUT_XDIST
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_nothing_is_left(
    way: Way, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEATRIAL_HOMES", str(tmp_path / "homes"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "test_mine.py").write_text(HEAD + way.code)
    plain = ("-p", "no:randomly", "-p", "no:cacheprovider", "-q", *words, *way.words)
    command = [sys.executable, "-m", "pytest", *plain, "test_mine.py"]
    with (
        fifo(tmp_path / "witness"),
        fifo(tmp_path / "says") as says,
        subprocess.Popen(
            [sys.executable, str(HERE / "ward.py"), str(tmp_path / "out"), *command],
            cwd=tmp_path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as ward,
    ):
        assert ward.stdin is not None
        for number in way.signals:
            if heard(says, ward):
                ward.stdin.write(f"{number}\n")
                ward.stdin.flush()
        said, _ = ward.communicate(timeout=PATIENCE)
    ended = json.loads(said)
    out = (tmp_path / "out").read_text()
    assert ended["left"] == []
    assert ended["status"] != 0, out
    if line := way.said[bool(words)]:
        pytest.LineMatcher(out.splitlines()).fnmatch_lines([f"*{line}*"])
