"""What to start, checked before it is, and the errors that name what is wrong with it."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.errors import SeatrialError
from seatrial.process.base import ExecutionFailed
from seatrial.process.isolation import Isolation

__all__ = ["CannotStart", "Command", "check", "refusal"]

SHOWN = 200
"""Characters of a command that an error shows: it may be as long as the machine does not take."""


class CannotStart(SeatrialError):
    """A command that could not be executed at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to start.

    Attributes:
        argv: The program and its arguments.
        env: Its environment, whole.
        cwd: The folder that it runs in.
        isolation: What it is put into; None for what SEATRIAL_ISOLATION says, by default nothing.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path
    isolation: Isolation | None = None


REASONS = {
    errno.ENOENT: (
        "there is no such program",
        "is the name misspelled, a link broken, or the interpreter in its first line missing?",
    ),
    errno.EISDIR: ("it is a folder", "was the name of the program in it left out?"),
    errno.EACCES: (
        "it is not executable",
        "does it, or a folder above it, lack the permission (chmod +x)?",
    ),
    errno.ENOEXEC: (
        "it is not a program of this machine",
        "was it built for another platform, or is a #! line missing?",
    ),
    errno.E2BIG: (
        "its arguments are too long",
        "was a file's content passed as an argument, or in the environment?",
    ),
}
"""By errno: what is wrong with a program, and the likely cause."""


def refusal(command: Command, failure: ExecutionFailed) -> CannotStart:
    """Returns the error for a command that could not be executed."""
    if failure.at != "program":
        return _not_its_fault(command, failure)
    arrived, cause = REASONS.get(
        failure.code, (os.strerror(failure.code), "what does the system log say?")
    )
    return _refused(
        command,
        "a program that this machine can execute",
        f"{arrived} ({errno.errorcode.get(failure.code, failure.code)})",
        cause,
        f"run it by hand: {_short(shlex.join(word[:SHOWN] for word in command.argv[:SHOWN]))}",
    )


def _not_its_fault(command: Command, failure: ExecutionFailed) -> CannotStart:
    """Says that it was the folder, the machine or ourselves, and not the program."""
    expected, cause, remedy = {
        "folder": (
            f"a folder to run in: {command.cwd}",
            "was it removed meanwhile, or may this user not enter it?",
            "look at the folder and those above it",
        ),
        "fork": (
            "a machine with a process and a few descriptors to spare",
            "are other runs under way, or is something leaking?",
            "look at `ulimit -u`, `ulimit -n` and the processes of this user",
        ),
        "output": (
            "a file for what it writes to its stdout or stderr",
            "is its folder missing, is it a folder itself, or is it another user's?",
            "make the folder first, or name another file",
        ),
        "isolation": (
            "one more of what each server is put into (SEATRIAL_ISOLATION)",
            "are there too many namespaces or cgroups, or were the rights to make one taken away?",
            "see /proc/sys/user/max_pid_namespaces and cgroup.max.descendants",
        ),
    }.get(
        failure.at,
        (
            "a supervisor for the server, which is a program of ours",
            "did the server, or anything else, kill it (the zygote)?",
            "see docs/processes.md; a server that kills its supervisors needs a container",
        ),
    )
    name = errno.errorcode.get(failure.code, failure.code)
    return _refused(command, expected, f"{os.strerror(failure.code)} ({name})", cause, remedy)


def check(command: Command) -> None:
    """Refuses what is already known not to start, naming it.

    Raises:
        CannotStart: It is none that a machine could start.
    """
    argv: object = command.argv
    env: object = command.env
    cwd: object = command.cwd
    if isinstance(argv, str) or not argv:
        raise _refused(
            command,
            "a program and its arguments, each a word of its own",
            _short(repr(argv)) if argv else "nothing",
            "is the quoting of the command line off?",
            'split it as a shell would: argv=tuple(shlex.split("…"))',
        )
    if not isinstance(env, Mapping):
        raise _refused(
            command,
            "an environment: names and their values",
            _short(repr(env)),
            "was the environment of this process meant?",
            "leave env out for an empty one, or pass seatrial.process.environment(…)",
        )
    for word in (*command.argv, *command.env.keys(), *command.env.values()):
        _check_word(command, word)
    if wrong := next((name for name in command.env if "=" in name or not name), None):
        raise _refused(
            command,
            "names in the environment",
            f"the name {wrong!r}",
            "was `NAME=value` given as a name?",
            "give the name and the value apart",
        )
    if not isinstance(cwd, str | os.PathLike) or not os.path.isdir(cwd):  # noqa: PTH112 - a folder that we may not see is none
        raise _refused(
            command,
            "a folder to run in",
            f"{command.cwd} is not one",
            "was it removed, or is the path misspelled?",
            "create it first",
        )
    _check_program(command)


def _check_word(command: Command, word: object) -> None:
    """Refuses what cannot be passed to a program as an argument or in its environment."""
    if not isinstance(word, str):
        raise _refused(
            command,
            "arguments and environment that are text",
            f"{_short(repr(word))}, of type {type(word).__name__}",
            "was a path, a number or None passed as it is?",
            "pass it as text: str(…)",
        )
    try:
        nul = b"\0" in os.fsencode(word)
    except UnicodeEncodeError:
        raise _refused(
            command,
            "arguments and environment that this machine has an encoding for",
            _short(ascii(word)),
            "is it half of a surrogate pair, cut out of a longer text?",
            "pass such data in a file",
        ) from None
    if nul:
        raise _refused(
            command,
            "arguments and environment without NUL bytes",
            f"a NUL in {word[:40]!r}",
            "was binary data put into the command or its environment?",
            "pass such data in a file",
        )


def _check_program(command: Command) -> None:
    """Refuses a program that is not there or not to be executed, before anything is started."""
    program = command.argv[0]
    if "/" in program:  # it is looked for where it will run, not where we do
        program = str(Path(command.cwd) / program)
    if shutil.which(program, path=command.env.get("PATH")) is not None:
        return
    code = errno.ENOENT
    if "/" in program:
        try:
            folder = stat.S_ISDIR(Path(program).stat().st_mode)
            code = errno.EISDIR if folder else errno.EACCES
        except OSError as error:
            code = error.errno or errno.ENOENT
    raise refusal(command, ExecutionFailed(code))


def _refused(command: Command, expected: str, arrived: str, cause: str, remedy: str) -> CannotStart:
    argv: object = command.argv
    name = _short(repr(argv if isinstance(argv, str) else command.argv[0])) if argv else ""
    return CannotStart(
        f"cannot start {name or 'an empty command'}",
        expected=expected,
        arrived=arrived,
        cause=cause,
        remedy=remedy,
    )


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
