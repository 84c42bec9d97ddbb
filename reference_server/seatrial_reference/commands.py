"""A command as the model wished it: its arguments, how it is shown, what it probably does."""

from __future__ import annotations

import os
from dataclasses import dataclass

from seatrial_reference.arguments import passable, read_arguments, require, take

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_")
_SYNTAX = frozenset("<>;&|$`(){}*?[]!#~\n\\\"'")
# fmt: off
_SAFE = frozenset(
    ["cat", "cd", "cut", "echo", "expr", "false", "grep", "head", "id", "ls", "nl", "paste", "pwd",
     "rev", "seq", "stat", "tail", "tr", "true", "uname", "wc", "which", "whoami"]
)
# fmt: on
_LIST = frozenset({"ls"})
_READ = frozenset({"cat", "head", "nl", "tail"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One wish to run something.

    Args:
        call_id: The id of the model's call, which is also the id of the item.
        text: The command line as the model wrote it.
        argv: The program and its arguments, shell included.
        cwd: The folder it runs in, absolute.
        escalated: Whether the model asked to leave the sandbox.
        justification: The model's question to the user, or None.
    """

    call_id: str
    text: str
    argv: tuple[str, ...]
    cwd: str
    escalated: bool = False
    justification: str | None = None

    @property
    def shown(self) -> str:
        """The arguments as one line that a shell would read back the same."""
        return shell_words(self.argv)

    @property
    def actions(self) -> list[dict[str, Any]]:
        """What it probably does."""
        return actions(self.text)


def read_call(call_id: str, arguments: str, *, cwd: str) -> Command:
    """Read the arguments of a call of `exec_command` (tool of Codex 0.163.0).

    Args:
        call_id: The id of the call.
        arguments: The JSON text that the model gave.
        cwd: The turn's folder, for calls without one of their own.

    Raises:
        BadCall: The arguments are not what the tool takes.
    """
    given = read_arguments(arguments)
    text = passable(require(given, "cmd", str))
    login = take(given, "login", bool)
    workdir = passable(take(given, "workdir", str) or "")
    return Command(
        call_id=call_id,
        text=text,
        argv=(find_shell(), "-c" if login is False else "-lc", text),
        cwd=os.path.normpath(os.path.join(cwd, workdir)),  # noqa: PTH118
        escalated=take(given, "sandbox_permissions", str) == "require_escalated",
        justification=take(given, "justification", str),
    )


def find_shell() -> str:
    """Give the shell that commands run in: bash where there is one."""
    return "/bin/bash" if os.access("/bin/bash", os.X_OK) else "/bin/sh"


def shell_words(words: Iterable[str]) -> str:
    """Give the words as one line that a shell would read back the same."""
    return " ".join(quote(word) for word in words)


def quote(word: str) -> str:
    """Quote one word for a POSIX shell, with single quotes where they do."""
    if word and _PLAIN.issuperset(word):
        return word
    if "'" not in word:
        return f"'{word}'"
    escaped = "".join("\\" + char if char in '"\\$`' else char for char in word)
    return f'"{escaped}"'


def is_known_safe(text: str) -> bool:
    """Tell whether a command line only reads, beyond doubt: one known program, no shell syntax."""
    words = text.split()
    return bool(words) and words[0] in _SAFE and not _SYNTAX & set(text)


def actions(text: str) -> list[dict[str, Any]]:
    """Guess what a command line does, as `commandActions` (Codex app-server schema 0.163.0)."""
    words = text.split()
    if not words or _SYNTAX & set(text):
        return [{"type": "unknown", "command": text}]
    program, operands = words[0], [word for word in words[1:] if not word.startswith("-")]
    if program in _LIST:
        return [{"type": "listFiles", "command": text, "path": next(iter(operands), None)}]
    if program in _READ and len(operands) == 1:
        name = operands[0].rsplit("/", 1)[-1]
        return [{"type": "read", "command": text, "name": name, "path": operands[0]}]
    if program == "grep" and operands:
        path = operands[1] if len(operands) > 1 else None
        return [{"type": "search", "command": text, "query": operands[0], "path": path}]
    return [{"type": "unknown", "command": text}]
