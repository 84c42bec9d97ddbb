"""Starting a server: its pipes and environment, and a clear word on each bad command."""

from __future__ import annotations

import errno
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.harness.processes import GROUP, SUPERVISED, held_by

from seatrial.process import (
    CannotIsolate,
    CannotStart,
    Command,
    ServerProcess,
    environment,
    spawn,
)
from seatrial.process.layers import Group, Supervised, layer

if TYPE_CHECKING:
    from tests.harness.conftest import Run, Script

pytestmark = held_by(SUPERVISED, GROUP)


def descriptors() -> set[str]:
    return {
        f"{fd} {Path(f'/proc/self/fd/{fd}').readlink()}"
        for fd in os.listdir("/proc/self/fd")  # noqa: PTH208 - the listing's own fd is in it
        if Path(f"/proc/self/fd/{fd}").exists()
    }


async def refused(command: Command, stderr: Path) -> CannotStart:
    before = descriptors()
    with pytest.raises(CannotStart) as caught:
        async with spawn(command, stderr_file=stderr):
            pytest.fail("it started")
    assert descriptors() == before
    assert not caught.value.by_server
    return caught.value


def test_lines_go_in_and_come_out(run: Run, script: Script, tmp_path: Path) -> None:
    command = script(
        """
        import os, sys
        print(os.getcwd(), sys.argv[1], flush=True)
        for line in sys.stdin:
            print("heard", line, end="", flush=True)
        print("bye", file=sys.stderr)
        """,
        "an argument with 'quotes' and spaces",
    )

    async def main() -> ServerProcess:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            first = await process.stdout.line()
            assert first == f"{tmp_path} an argument with 'quotes' and spaces".encode()
            process.stdin.write(b"one\n")
            assert await process.stdout.line() == b"heard one"
            process.stdin.close()
            assert (await process.exited).status == 0
            assert await process.stdout.line() is None
            return process

    process = run(main())
    assert process.stderr.text() == "bye"
    assert (tmp_path / "stderr").read_text() == "bye\n"


def test_the_environment_is_the_one_that_is_given(
    run: Run, script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-developer")
    monkeypatch.setenv("AWS_PROFILE", "of-the-developer")
    command = script("import json, os; print(json.dumps(dict(os.environ)))", EXTRA="1")

    async def main() -> bytes:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            return await process.stdout.line() or b""

    line = run(main())
    assert b"of-the-developer" not in line
    seen = json.loads(line)
    seen.pop("LC_CTYPE", None)  # Python coerces its own locale
    expected = environment({"EXTRA": "1"}, run="test")
    expected.pop("LC_CTYPE", None)
    assert seen == expected


def test_no_other_descriptor_is_inherited(run: Run, script: Script, tmp_path: Path) -> None:
    command = script(
        """
        import os
        open_now = []
        for fd in range(256):
            try:
                os.fstat(fd)
            except OSError:
                continue
            open_now.append(fd)
        print(open_now)
        """
    )

    async def main() -> None:
        reading, writing = os.pipe()
        os.set_inheritable(writing, True)
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            assert await process.stdout.line() == b"[0, 1, 2]"
        os.close(reading)
        os.close(writing)

    run(main())


def test_nothing_of_ours_stays_open(run: Run, script: Script, tmp_path: Path) -> None:
    command = script("pass")

    async def main() -> None:
        before = descriptors()
        for _ in range(2):
            async with spawn(command, stderr_file=tmp_path / "stderr") as process:
                await process.exited
        assert descriptors() == before

    run(main())


def test_signals_have_their_default_meaning_in_a_server(
    run: Run, script: Script, tmp_path: Path
) -> None:
    command = script(
        """
        import signal
        ignored = [n for n in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP", "SIGCHLD")
                   if signal.getsignal(getattr(signal, n)) is signal.SIG_IGN]
        print(ignored, signal.pthread_sigmask(signal.SIG_BLOCK, []))
        """
    )

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            assert await process.stdout.line() == b"[] set()"

    run(main())


@pytest.mark.parametrize("name", ["no-such-program-anywhere", "./missing", "/no/such/program"])
def test_a_program_that_is_not_there(run: Run, tmp_path: Path, name: str) -> None:
    command = Command(argv=(name, "arg"), env=dict(os.environ), cwd=tmp_path)
    error = run(refused(command, tmp_path / "stderr"))
    assert error.what == f"cannot start {name!r}"
    assert error.arrived == "there is no such program (ENOENT)"
    assert error.remedy == f"run it by hand: {name} arg"


def test_a_program_that_is_not_executable(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("text")
    for name in ("./plain.txt", str(tmp_path / "plain.txt")):
        command = Command(argv=(name,), env={}, cwd=tmp_path)
        error = run(refused(command, tmp_path / "stderr"))
        assert error.arrived == "it is not executable (EACCES)"


def test_a_program_that_is_a_folder_or_leads_nowhere(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken").symlink_to("nowhere")
    (tmp_path / "circle").symlink_to("circle")
    arrives = {
        "folder": "it is a folder (EISDIR)",
        "broken": "there is no such program (ENOENT)",
        "circle": f"{os.strerror(errno.ELOOP)} (ELOOP)",
    }
    for name, arrived in arrives.items():
        command = Command(argv=(f"./{name}",), env={}, cwd=tmp_path)
        assert run(refused(command, tmp_path / "stderr")).arrived == arrived


def test_a_relative_program_is_looked_for_in_the_servers_folder(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    folder.mkdir()
    program = folder / "tool"
    program.write_text("#!/bin/sh\necho here\n")
    program.chmod(0o755)
    command = Command(argv=("./tool",), env=dict(os.environ), cwd=folder)

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            assert await process.stdout.line() == b"here"

    run(main())


def test_a_script_without_its_interpreter(run: Run, tmp_path: Path) -> None:
    program = tmp_path / "tool"
    program.write_text("#!/no/such/interpreter\n")
    program.chmod(0o755)
    error = run(refused(Command(argv=(str(program),), cwd=tmp_path), tmp_path / "stderr"))
    assert error.arrived == "there is no such program (ENOENT)"
    assert "interpreter" in error.cause


def test_a_file_that_is_no_program(run: Run, tmp_path: Path) -> None:
    program = tmp_path / "tool"
    program.write_bytes(b"\x00\x01\x02 no program")
    program.chmod(0o755)
    error = run(refused(Command(argv=(str(program),), cwd=tmp_path), tmp_path / "stderr"))
    assert error.arrived == "it is not a program of this machine (ENOEXEC)"


def test_arguments_that_are_too_long(run: Run, tmp_path: Path) -> None:
    argv = (sys.executable, "x" * (1 << 20))
    error = run(refused(Command(argv=argv, cwd=tmp_path), tmp_path / "stderr"))
    assert error.arrived == "its arguments are too long (E2BIG)"
    assert len(str(error)) < 1000, "it does not say all of them again"


def test_an_empty_command(run: Run, tmp_path: Path) -> None:
    error = run(refused(Command(argv=(), cwd=tmp_path), tmp_path / "stderr"))
    assert error.what == "cannot start an empty command"


def test_an_empty_program_name(run: Run, tmp_path: Path) -> None:
    error = run(refused(Command(argv=("",), cwd=tmp_path), tmp_path / "stderr"))
    assert "there is no such program" in error.arrived


@pytest.mark.parametrize(
    "change",
    [
        {"argv": (sys.executable, "a\0b")},
        {"env": {"A": "a\0b"}},
        {"env": {"a\0b": "A"}},
    ],
    ids=["argument", "value", "name"],
)
def test_a_nul_byte(run: Run, tmp_path: Path, change: dict[str, object]) -> None:
    good = Command(argv=(sys.executable,), cwd=tmp_path)
    error = run(refused(replace(good, **change), tmp_path / "stderr"))  # type: ignore[arg-type]
    assert error.arrived == "a NUL in 'a\\x00b'"


@pytest.mark.parametrize(
    ("change", "arrived"),
    [
        ({"argv": "echo hi"}, "'echo hi'"),
        ({"argv": (sys.executable, Path("/x"))}, "PosixPath('/x'), of type PosixPath"),
        ({"argv": (sys.executable, 1)}, "1, of type int"),
        ({"env": {"A": None}}, "None, of type NoneType"),
        ({"env": None}, "None"),
        ({"argv": (sys.executable, "\ud800")}, r"'\ud800'"),
        ({"cwd": None}, "None is not one"),
    ],
    ids=["one string", "path", "number", "value", "environment", "half a character", "folder"],
)
def test_what_is_no_command_at_all(
    run: Run, tmp_path: Path, change: dict[str, object], arrived: str
) -> None:
    good = Command(argv=(sys.executable,), cwd=tmp_path)
    error = run(refused(replace(good, **change), tmp_path / "stderr"))  # type: ignore[arg-type]
    assert error.arrived == arrived


def test_an_isolation_that_there_is_not(run: Run, tmp_path: Path) -> None:
    isolation: Any = "jail"
    command = Command(argv=(sys.executable,), cwd=tmp_path, isolation=isolation)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["seatrial.process.spawn"], "layer", layer)
        with pytest.raises(CannotIsolate, match="there is no isolation 'jail'"):
            run(refused(command, tmp_path / "stderr"))


def test_a_folder_that_is_not_there(run: Run, tmp_path: Path) -> None:
    for cwd in (tmp_path / "none", Path(__file__)):
        command = Command(argv=(sys.executable,), cwd=cwd)
        error = run(refused(command, tmp_path / "stderr"))
        assert error.arrived == f"{cwd} is not one"


def test_this_machine_has_the_layer_it_should(held: type) -> None:
    assert layer() is (Supervised if sys.platform == "linux" else Group)
    assert layer() is layer()
    assert isinstance(held.name, str)  # type: ignore[attr-defined]
