"""Running commands: output, limits, time, interrupts, and what they leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from tests.reference.conftest import APPROVAL, ESCALATED, PATIENCE, call, deciding, say

from seatrial_reference import landlock
from seatrial_reference.activity import Activity, TurnControl
from seatrial_reference.commands import Command
from seatrial_reference.config import SandboxMode
from seatrial_reference.errors import SandboxUnavailable, TurnInterrupted
from seatrial_reference.runner import CommandRunner, Outcome
from seatrial_reference.sandbox import Sandbox, seatbelt_profile
from seatrial_reference.settings import SandboxPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.reference.conftest import Server, Stub

needs_sandbox = pytest.mark.skipif(not landlock.abi(), reason="the kernel has no Landlock")
READ_ONLY = SandboxPolicy(mode=SandboxMode.READ_ONLY)
WORKSPACE = SandboxPolicy(mode=SandboxMode.WORKSPACE_WRITE)


class Bench:
    """A runner that keeps no orphans: this process is the test runner's, not a server's."""

    def __init__(self, cwd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("seatrial_reference.orphans.adopt", lambda: None)
        monkeypatch.setattr("seatrial_reference.orphans.end_all", lambda: None)
        self.cwd = cwd
        self.control = TurnControl("turn", Activity())
        self.pieces: list[str] = []

    def run(
        self, text: str, *, sandbox: SandboxPolicy | None = None, timeout: float = PATIENCE
    ) -> Outcome:
        command = Command(call_id="c", text=text, argv=("/bin/sh", "-c", text), cwd=str(self.cwd))
        runner = CommandRunner(Sandbox(), timeout=timeout, limit=1000)
        return runner.run(
            command, confined_by=sandbox, control=self.control, on_output=self.pieces.append
        )


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    folder = tmp_path / "bench"
    folder.mkdir()
    return Bench(folder, monkeypatch)


def test_both_streams_are_one_output(bench: Bench) -> None:
    outcome = bench.run("echo one; echo two >&2; exit 5")
    assert (outcome.exit_code, outcome.output) == (5, "one\ntwo\n")
    assert "".join(bench.pieces) == outcome.output


def test_stdin_is_empty(bench: Bench) -> None:
    assert bench.run("cat; echo end").output == "end\n"


def test_output_beyond_the_limit_is_counted_not_kept(bench: Bench) -> None:
    outcome = bench.run("head -c 5000 /dev/zero | tr '\\0' x")
    assert outcome.output == "x" * 1000 + "\n[4000 more bytes were left out]\n"
    assert "".join(bench.pieces) == outcome.output


def test_output_that_is_no_text_is_replaced(bench: Bench) -> None:
    assert bench.run("printf 'a\\377b'").output == "a\ufffdb"


def test_a_signal_shows_in_the_status(bench: Bench) -> None:
    assert bench.run("kill -9 $$").exit_code == 137


def test_a_folder_that_is_not_there(bench: Bench) -> None:
    bench.cwd = bench.cwd / "missing"
    outcome = bench.run("echo x")
    assert outcome.exit_code == 127
    assert "missing" in outcome.output


def test_time_is_bounded(bench: Bench) -> None:
    outcome = bench.run("echo $$; exec cat /dev/zero > /dev/null", timeout=0.3)
    assert outcome.exit_code == 124
    pid, _, rest = outcome.output.partition("\n")
    assert rest == "command timed out after 0.3 seconds\n"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_a_child_in_the_background_does_not_hold_up_the_end(bench: Bench) -> None:
    fifo = bench.cwd / "fifo"
    os.mkfifo(fifo)
    outcome = bench.run("cat fifo & echo end")
    assert (outcome.exit_code, outcome.output) == (0, "end\n")


def test_an_interrupt_ends_the_command(bench: Bench) -> None:
    fifo = bench.cwd / "fifo"
    os.mkfifo(fifo)

    def interrupt() -> None:
        assert fifo.read_bytes() == b"up\n"
        bench.control.interrupt()

    helper = threading.Thread(target=interrupt)
    helper.start()
    with pytest.raises(TurnInterrupted):
        bench.run("echo up > fifo; exec cat /dev/zero > /dev/null")
    helper.join(PATIENCE)


def test_nothing_starts_once_interrupted(bench: Bench) -> None:
    bench.control.interrupt()
    with pytest.raises(TurnInterrupted):
        bench.run("echo ran > log")
    assert list(bench.cwd.iterdir()) == []


@needs_sandbox
def test_read_only_means_nowhere(bench: Bench) -> None:
    (bench.cwd / "seed").write_text("grain\n")
    text = "cat seed; echo quiet > /dev/null; echo x >> seed; rm seed; mkdir d; echo x > made"
    outcome = bench.run(text, sandbox=READ_ONLY)
    assert outcome.denied_by_sandbox
    assert outcome.output.startswith("grain\n")
    assert outcome.output.count("denied") == 4
    assert [path.name for path in bench.cwd.iterdir()] == ["seed"]
    assert (bench.cwd / "seed").read_text() == "grain\n"


@needs_sandbox
def test_workspace_write_means_the_folder_and_the_temporary_one(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("temporary", "elsewhere"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    text = "echo x > made; mkdir d; mv made d/; echo x > ../temporary/t; echo x > ../elsewhere/e"
    outcome = bench.run(text, sandbox=WORKSPACE)
    assert outcome.denied_by_sandbox
    assert (bench.cwd / "d" / "made").exists()
    assert (tmp_path / "temporary" / "t").exists()
    assert not (tmp_path / "elsewhere" / "e").exists()
    strict = SandboxPolicy(mode=SandboxMode.WORKSPACE_WRITE, exclude_tmpdir=True)
    assert bench.run("echo x > ../temporary/u", sandbox=strict).denied_by_sandbox


@needs_sandbox
@pytest.mark.skipif(landlock.abi() < 4, reason="this Landlock does not know TCP")
@pytest.mark.parametrize(("network", "wanted"), [(False, "denied"), (True, "connected")])
def test_tcp_is_closed_unless_allowed(bench: Bench, stub: Stub, network: bool, wanted: str) -> None:
    port = stub.url.rsplit(":", 1)[1].split("/")[0]
    code = (
        "import socket\n"
        f"try: socket.create_connection(('127.0.0.1', {port})).close(); print('connected')\n"
        "except PermissionError: print('denied')\n"
    )
    (bench.cwd / "dial.py").write_text(code)
    policy = SandboxPolicy(mode=SandboxMode.READ_ONLY, network=network)
    assert bench.run(f"{sys.executable} -I dial.py", sandbox=policy).output == f"{wanted}\n"


def test_without_a_sandbox_nothing_runs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seatrial_reference.sandbox.sys.platform", "plan9")
    with pytest.raises(SandboxUnavailable, match="was not run"):
        bench.run("echo ran > log", sandbox=READ_ONLY)
    assert list(bench.cwd.iterdir()) == []


@pytest.mark.parametrize("arguments", [[], ["off", "x"], ["off", "0"], ["off", "0", "/no/such"]])
def test_a_launcher_that_fails_runs_nothing(arguments: Sequence[str]) -> None:
    command = [sys.executable, "-I", "-S", str(landlock.__file__), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == landlock.FAILED
    assert "the command was not run" in ended.stderr


def test_the_seatbelt_profile_quotes_and_closes() -> None:
    profile = seatbelt_profile(['/a "b"'], network=False)
    assert '(subpath "/a \\"b\\"")' in profile
    assert "(deny network*)" in profile
    assert "(deny network*)" not in seatbelt_profile([], network=True)


def test_what_a_command_leaves_behind_ends_with_it(server: Server, stub: Stub) -> None:
    """Even a process that left for a session of its own is found and ended."""
    os.mkfifo(server.cwd / "fifo")
    script = (
        "import os, sys\n"
        "if os.fork(): os._exit(0)\n"
        "os.setsid()\n"
        "open('pid', 'w').write(str(os.getpid()))\n"
        "open('ready', 'w').close()\n"
        "open('fifo').read()\n"
    )
    (server.cwd / "daemon.py").write_text(script)
    wait = "until [ -e ready ]; do :; done"
    stub.replies += [call(("c", f"{sys.executable} daemon.py; {wait}"), **ESCALATED), say("done")]
    assert server.turn(server.thread(), deciding("accept"))["status"] == "completed"
    with pytest.raises(ProcessLookupError):
        os.kill(int((server.cwd / "pid").read_text()), 0)


@pytest.mark.parametrize("end", ["stdin", "interrupt"])
def test_a_running_command_ends_with_the_server_or_the_turn(
    server: Server, stub: Stub, end: str
) -> None:
    os.mkfifo(server.cwd / "fifo")
    text = "echo $$ > fifo; exec cat fifo"
    stub.replies += [call(("c", text), **ESCALATED), say("done")]
    thread_id = server.thread()
    turn_id = server.begin(thread_id)
    server.send({"id": server.method(APPROVAL)["id"], "result": {"decision": "accept"}})
    pid = int((server.cwd / "fifo").read_text())
    if end == "stdin":
        assert server.finish() == 0
    else:
        server.ask("turn/interrupt", {"threadId": thread_id, "turnId": turn_id})
        ended = server.method("turn/completed")["params"]["turn"]
        assert ended["status"] == "interrupted"
        assert server.items("item/completed", "commandExecution")[0]["status"] == "failed"
        assert len(stub.requests) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
