"""What the plugin says of tests that leave something, in a pytest of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

Run = Callable[..., pytest.RunResult]

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux is what it is about")
WITH_AND_WITHOUT_XDIST = pytest.mark.parametrize("words", [(), ("-n", "2")], ids=["alone", "xdist"])

HEAD = """
import asyncio, ctypes, os, subprocess, sys, threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from seatrial.dialects import Policy, Sandbox
from seatrial.home import home
from seatrial.leaks import Kind, ledger
from seatrial.process import Command, spawn, spawn_sync
from seatrial.process.spawn import start
from seatrial_provider import Gate, reply, run_command, say

HERE = Path(__file__).parent
held = []  # so that nothing goes because nobody refers to it

def command(*argv):
    return Command(argv=argv, env={"PATH": os.environ["PATH"]}, cwd=HERE)

def served(loop, *argv):
    process = loop.run(start(command(*argv), stderr_file=HERE / f"{os.getpid()}.err"))
    held.append(process)
    with (HERE / "pids").open("a") as file:
        print(process.pid, file=file)
    return process
"""

PLANTED = """
def test_process(seatrial_loop):
    served(seatrial_loop, "sleep", "601")

def test_daemon(seatrial_loop):
    daemon = "(setsid sleep 611 & echo $! >> pids); echo started; exec sleep 612"
    held.append(spawn_sync(command("sh", "-c", daemon), stderr_file=HERE / "daemon.err"))
    assert held[-1].__enter__().line() == b"started"

def test_home(seatrial_loop):
    held.append(home())
    held[-1].__enter__()

def test_provider(seatrial_loop):
    held.append(ledger.open(Kind.PROVIDER, "http://127.0.0.1:1/v1"))

def test_child(seatrial_loop):
    held.append(subprocess.Popen(["sleep", "602"]))
    (HERE / "pids").open("a").write(f"{held[-1].pid}\\n")

def test_group(seatrial_loop):
    held.append(subprocess.Popen(["sleep", "610"], start_new_session=True))
    (HERE / "pids").open("a").write(f"{held[-1].pid}\\n")

def test_grandchild(seatrial_loop):
    held.append(subprocess.Popen(["sh", "-c", "sleep 603 & echo; wait"], stdout=subprocess.PIPE))
    held[-1].stdout.readline()
    held[-1].stdout.close()

def test_zombie(seatrial_loop):
    pid = os.posix_spawn("/bin/true", ["true"], {})
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)

def test_descriptor(seatrial_loop):
    os.open(HERE, os.O_RDONLY)

def test_socket(seatrial_loop):
    import socket
    held.append(socket.socketpair())

def test_listener(seatrial_loop):
    import socket
    held.append(socket.create_server(("127.0.0.1", 0)))

def test_thread(seatrial_loop):
    threading.Thread(target=threading.Event().wait, name="lingers", daemon=True).start()

async def test_task(seatrial_loop):
    held.append(asyncio.create_task(asyncio.Event().wait(), name="idles"))

async def test_request(trial):
    trial.model(reply(run_command("touch made", escalated=True, justification="may I")))
    async with trial.agent() as agent:
        thread = await agent.start(
            cwd=trial.workspace, policy=Policy.ON_REQUEST, sandbox=Sandbox.READ_ONLY
        )
        await (await thread.send("go")).approval()

async def test_stream(trial):
    gate = Gate("held")
    trial.model(reply(say("hello"), gates={"response.output_text.delta": gate}))
    request = b'{"model": "m", "stream": true, "input": [], "tools": []}'
    parts = urlsplit(trial.provider.base_url)
    _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    held.append(writer)
    head = f"POST /v1/responses HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: {len(request)}\\r\\n"
    writer.write(head.encode() + b"Content-Type: application/json\\r\\n\\r\\n" + request)
    await gate.reached()

def test_nothing(seatrial_loop):
    pass
"""

FAILS = {
    "process": "leaked process sleep 601 (pid *), opened by *::test_process at *test_it.py:*",
    "daemon": "leaked process sh -c * (pid *), opened by *::test_daemon at *test_it.py:*",
    "home": "leaked home *homes*, opened by *::test_home at *test_it.py:*",
    "provider": "leaked provider http://127.0.0.1:1/v1, opened by *::test_provider at *.py:*",
    "child": "leaked child *: sleep 602",
    "group": "leaked child *: sleep 610, in a session of its own",
    "grandchild": "leaked child *: sleep 603",
    "zombie": "leaked zombie *: (true), which has ended and was not waited for",
    "stream": "leaked stream POST /v1/responses, 4 events sent, opened by *::test_stream at *.py:*",
}
WARNS = {
    "descriptor": "*SeatrialLeakWarning: leaked descriptor *: *",
    "socket": "*SeatrialLeakWarning: leaked socket *: Unix socket without a name to without a*",
    "listener": "*SeatrialLeakWarning: leaked socket *: TCP socket 127.0.0.1:*, listening",
    "request": "*SeatrialLeakWarning: leaked request item/commandExecution/requestApproval, never*",
    "thread": "*SeatrialLeakWarning: leaked thread lingers, running *threading.py:*",
    "task": "*SeatrialLeakWarning: leaked task idles (Event.wait), at *locks.py:*",
}


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs test code in a pytest of its own, in a process of its own."""
    monkeypatch.setenv("SEATRIAL_HOMES", str(pytester.path / "homes"))
    monkeypatch.delenv("SEATRIAL_TIMEOUT_FACTOR", raising=False)

    def go(code: str, *words: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=HEAD + code)
        return pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider", *words)

    return go


def _gone(folder: Path) -> bool:
    """Returns whether every process that a planted test wrote down has died."""
    pids = [int(word) for word in (folder / "pids").read_text().split()]
    assert pids
    alive = [pid for pid in pids if psutil.pid_exists(pid)]
    return not [pid for pid in alive if psutil.Process(pid).status() != "zombie"]


@ON_LINUX
@WITH_AND_WITHOUT_XDIST
def test_each_kind_of_leak_is_named_with_its_test(
    words: tuple[str, ...], run: Run, pytester: pytest.Pytester
) -> None:
    result = run(PLANTED, *words)
    result.assert_outcomes(passed=16, errors=len(FAILS), warnings=len(WARNS) + 1)
    text = result.stdout.str()
    parts = re.split(r"_+ ERROR at teardown of (?:test_)?(\w+) _+", text)
    reports = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert reports.keys() == FAILS.keys()
    for name, line in FAILS.items():
        pytest.LineMatcher(reports[name].splitlines()).fnmatch_lines([line])
    for name, line in WARNS.items():
        result.stdout.fnmatch_lines_random([f"*test_it.py::test_{name}*", line])
    assert re.search(r"seatrial: \d+ things opened, not all settled: see above", text)
    assert _gone(pytester.path)


@WITH_AND_WITHOUT_XDIST
def test_a_run_that_leaks_nothing_says_so(words: tuple[str, ...], run: Run) -> None:
    code = """
async def test_it(trial):
    async with trial.agent():
        pass

def test_plain(): pass
"""
    result = run(code, "-W", "error", *words)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["seatrial: * things opened, all settled"])
    result.stdout.no_fnmatch_line("*seatrial leaks*")


@ON_LINUX
def test_a_worker_that_crashes_is_named_and_cleaned_up_after(
    run: Run, pytester: pytest.Pytester
) -> None:
    code = """
def test_before(trial): pass

def test_crashes(trial, seatrial_loop):
    with home() as made:
        served(seatrial_loop, "sleep", "604")
        os._exit(3)
"""
    result = run(code, "-n", "1", "--max-worker-restart=0")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*worker 'gw0' crashed while running 'test_it.py::test_crashes'*"])
    where = "opened by test_it.py::test_crashes at *.py:*"
    result.stdout.fnmatch_lines(
        [
            "worker gw0 died, and had open:",
            f"  home *homes*, {where}",
            f"  process sleep 604, {where}",
            "  since then * processes were ended here, and 2 homes removed; *",
        ]
    )
    assert _gone(pytester.path)
    assert list((pytester.path / "homes").iterdir()) == []


@ON_LINUX
@pytest.mark.parametrize(
    ("words", "signal"),
    [
        (("-n", "1"), 9),
        (("-n", "1", "-o", "seatrial_die_with_controller=false"), 0),
        ((), 0),
    ],
)
def test_a_worker_is_told_to_die_with_its_controller(
    words: tuple[str, ...], signal: int, run: Run
) -> None:
    code = f"""
def test_it():
    number = ctypes.c_int(-1)
    assert ctypes.CDLL(None).prctl(2, ctypes.byref(number)) == 0  # PR_GET_PDEATHSIG
    assert number.value == {signal}
"""
    run(code, *words).assert_outcomes(passed=1)


@ON_LINUX
def test_a_controller_that_is_killed_takes_its_workers_along(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEATRIAL_HOMES", str(pytester.path / "homes"))
    os.mkfifo(pytester.path / "fifo")
    code = """
def test_it(seatrial_loop):
    server = served(seatrial_loop, "sleep", "609")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what pytest-xdist would end it with
    (HERE / "fifo").write_text(f"{os.getpid()} {server.pid}")
    threading.Event().wait()
"""
    pytester.makepyfile(test_it=HEAD + "import signal\n" + code)
    words = [sys.executable, "-m", "pytest", "-q", "-n", "1", "-p", "no:cacheprovider"]
    null = subprocess.DEVNULL
    with subprocess.Popen(words, cwd=pytester.path, stdout=null, stderr=null) as controller:
        worker, server = map(int, (pytester.path / "fifo").read_text().split())
        dying = [psutil.Process(pid) for pid in (worker, server)]
        assert dying[0].ppid() == controller.pid
        controller.kill()
        _, alive = psutil.wait_procs(dying, timeout=60)
    assert alive == []


def test_a_test_that_does_not_use_us_is_left_alone_unless_asked_for(run: Run) -> None:
    code = "def test_it():\n    held.append(subprocess.Popen(['sleep', '605']))\n"
    code += "    (HERE / 'pids').open('a').write(f'{held[-1].pid}\\n')\n"
    code += "def test_ends_it():\n    held[0].kill()\n    held[0].wait()\n"
    run(code).assert_outcomes(passed=2)
    result = run(code, "--seatrial-leaks-all")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["leaked child *: sleep 605"])


def test_a_fixture_of_ours_that_is_asked_for_late_makes_a_test_ours(run: Run) -> None:
    code = """
def test_it(request):
    request.getfixturevalue("seatrial_loop")
    held.append(ledger.open(Kind.PROVIDER, "late"))
"""
    result = run(code)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["leaked provider late, opened by test_it.py::test_it at *"])


LEAKS_A_PROVIDER = """
def test_it(seatrial_loop):
    held.append(ledger.open(Kind.PROVIDER, "p"))
"""


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ((), {"passed": 1, "errors": 1}),
        (("--seatrial-leaks=warn",), {"passed": 1, "warnings": 1}),
        (("--seatrial-leaks=warn", "-W", "error"), {"passed": 1, "errors": 1}),
        (("--seatrial-leaks=off",), {"passed": 1}),
        (("-o", "seatrial_leaks=off"), {"passed": 1}),
        (("-o", "seatrial_leaks=off", "--seatrial-leaks=fail"), {"passed": 1, "errors": 1}),
        (("-o", "seatrial_leak_severity=provider=off"), {"passed": 1}),
        (("-o", "seatrial_leak_severity=provider=warn"), {"passed": 1, "warnings": 1}),
    ],
)
def test_options_say_what_a_leak_does(
    words: tuple[str, ...], outcome: dict[str, int], run: Run
) -> None:
    run(LEAKS_A_PROVIDER, *words).assert_outcomes(**outcome)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("-o", "seatrial_leaks=loud"), "*seatrial_leaks is one of off, warn, fail, and not*"),
        (("-o", "seatrial_leak_severity=thred=off"), "*arrived:*'thred=off'*"),
    ],
)
def test_a_setting_that_does_not_exist_is_refused(
    words: tuple[str, ...], complaint: str, run: Run
) -> None:
    result = run(LEAKS_A_PROVIDER, *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([complaint])


def test_a_marker_expects_a_leak_or_turns_the_judgement_off(run: Run) -> None:
    code = """
def leak():
    held.append(ledger.open(Kind.PROVIDER, "p"))

@pytest.mark.seatrial_leaks(expect=["provider"])
def test_expected(): leak()

@pytest.mark.seatrial_leaks(expect=["home"])
def test_another(seatrial_loop): leak()

@pytest.mark.seatrial_leaks("off")
def test_off(seatrial_loop): leak()

@pytest.mark.seatrial_leaks("warn")
def test_warned(seatrial_loop): leak()

@pytest.mark.seatrial_leaks(expect="provider")
def test_misspelled(seatrial_loop): leak()
"""
    result = run(code)
    result.assert_outcomes(passed=5, errors=2, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_another*",
            "leaked provider p, *",
            "no home leaked, though the test's marker expects it",
            "*ERROR at teardown of test_misspelled*",
            "*expected: one of off, warn, fail, or expect=* of process, home, *",
            "*arrived:*expect='provider'*",
        ]
    )


def test_an_expected_process_is_ended_and_brings_nothing_else_up(
    run: Run, pytester: pytest.Pytester
) -> None:
    code = """
@pytest.mark.seatrial_leaks(expect=["process"])
def test_it(seatrial_loop): served(seatrial_loop, "sleep", "606")
"""
    run(code, "-W", "error").assert_outcomes(passed=1)
    assert _gone(pytester.path)


WIDE = """
@pytest.fixture(scope="session")
def lasting():
    child = subprocess.Popen(["sleep", "607"])
    with home() as made, open(HERE / "log", "w"):
        yield made
    child.kill()
    child.wait()

def test_one(seatrial_loop, lasting): pass
def test_two(seatrial_loop, lasting): pass
"""


@WITH_AND_WITHOUT_XDIST
def test_what_a_wider_fixture_holds_is_no_tests_leak(words: tuple[str, ...], run: Run) -> None:
    run(WIDE, "-W", "error", *words).assert_outcomes(passed=2)


@WITH_AND_WITHOUT_XDIST
def test_what_a_wider_fixture_leaves_fails_the_run(words: tuple[str, ...], run: Run) -> None:
    code = """
@pytest.fixture(scope="session")
def lasting():
    held.append(ledger.open(Kind.PROVIDER, "p"))

def test_one(lasting): pass
"""
    result = run(code, *words)
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["left open: provider p, opened by session fixture lasting at *test_it.py:*"]
    )


def test_what_is_on_its_way_out_is_given_the_time(run: Run) -> None:
    code = """
def test_it(seatrial_loop):
    child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    threading.Thread(target=child.wait).start()
    child.stdin.close()
"""
    run(code, "-W", "error").assert_outcomes(passed=1)


@ON_LINUX
def test_what_the_server_left_is_a_finding_on_the_server(
    run: Run, pytester: pytest.Pytester
) -> None:
    code = """
async def test_it(seatrial_loop):
    words = command("sh", "-c", "sleep 608 & echo $! >> pids; exit")
    async with spawn(words, stderr_file=HERE / "err") as process:
        await process.exited
    assert "shown" == "where a test fails"
"""
    result = run(code)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*left behind by the server under test, ended since*", "sh -c *", "  * sleep 608*"]
    )
    assert _gone(pytester.path)


def test_a_teardown_that_fails_itself_shows_the_leaks_beside(run: Run) -> None:
    code = """
@pytest.fixture
def broken(seatrial_loop):
    yield
    held.append(ledger.open(Kind.PROVIDER, "p"))
    raise KeyError("broken")

def test_it(broken): pass
"""
    result = run(code)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*KeyError: 'broken'", "*seatrial leaks*", "leaked provider p*"])
