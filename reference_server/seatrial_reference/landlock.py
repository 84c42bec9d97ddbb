"""Confine this process with Landlock, then become the program that was asked for.

Run as a file by a bare interpreter (`python -I -S landlock.py ...`); imports nothing of the
package. Arguments: `on` or `off` for the network, the number of writable folders, the folders,
the program and its arguments. Access rights, structures and call numbers are those of the Linux
kernel's `landlock.h`. The program never runs unconfined: any failure ends with status 125.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

FAILED = 125

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1
_SET_NO_NEW_PRIVS = 38

_WRITE_FILE = 1 << 1
_MAKE_AND_REMOVE = sum(1 << bit for bit in range(4, 13))
_REFER = 1 << 13
_TRUNCATE = 1 << 14
_TCP = 0b11
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")

_libc = ctypes.CDLL(None, use_errno=True)


def abi() -> int:
    """Give the kernel's Landlock version, or 0 where there is none."""
    if sys.platform != "linux":
        return 0
    version: int = _libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)
    return max(0, version)


def confine(roots: list[str], *, network: bool) -> None:
    """Forbid this process, for good, to write outside the folders and to use TCP.

    What Landlock does not cover stays possible: modes and times of files, and UDP.

    Args:
        roots: Folders that stay writable, with all that is in them.
        network: Whether TCP stays allowed (it always does before version 4).

    Raises:
        OSError: The kernel refused.
    """
    version = abi()
    if not version:
        raise OSError(0, "the kernel has no Landlock")
    rights = _WRITE_FILE | _MAKE_AND_REMOVE
    rights |= (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    closed = _TCP if version >= 4 and not network else 0
    ruleset = struct.pack("=QQ", rights, closed)[: 16 if version >= 4 else 8]
    size = ctypes.c_size_t(len(ruleset))
    rules = _checked(_libc.syscall(_CREATE_RULESET, ruleset, size, 0))
    for root in roots:
        _allow(rules, root, rights)
    for device in _DEVICES:
        _allow(rules, device, rights & (_WRITE_FILE | _TRUNCATE))
    _checked(_libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _checked(_libc.syscall(_RESTRICT_SELF, rules, 0))
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there cannot be written to
    rule = struct.pack("=Qi", rights, parent)
    _checked(_libc.syscall(_ADD_RULE, rules, _RULE_PATH_BENEATH, rule, 0))
    os.close(parent)


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def main(arguments: list[str]) -> None:
    """Confine this process and become the program."""
    try:
        network, count = arguments[0] == "on", int(arguments[1])
        roots, program = arguments[2 : 2 + count], arguments[2 + count :]
        confine(roots, network=network)
        os.execv(program[0], program)  # noqa: S606
    except (OSError, ValueError, IndexError) as error:
        sys.stderr.write(f"sandbox: {error}; the command was not run\n")
        sys.exit(FAILED)


if __name__ == "__main__":
    main(sys.argv[1:])
