"""Commands as the model wishes them: shown, guessed at, trusted or not."""

from __future__ import annotations

import json
import subprocess

import pytest

from seatrial_reference.arguments import BadCall
from seatrial_reference.commands import actions, is_known_safe, quote, read_call


@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        ("-lc", "-lc"),
        ("", "''"),
        ("touch made", "'touch made'"),
        ("it's", '"it\'s"'),
        ("a'$b`c\\d\"", '"a\'\\$b\\`c\\\\d\\""'),
        ("a\nb", "'a\nb'"),
    ],
)
def test_quoting_is_what_a_shell_reads_back(word: str, quoted: str) -> None:
    assert quote(word) == quoted
    shell = ["/bin/sh", "-c", f"printf %s {quoted}"]
    assert subprocess.run(shell, capture_output=True, text=True, check=True).stdout == word


@pytest.mark.parametrize("text", ["ls", "ls -la src", "cat a.txt", "grep -n word file", "pwd"])
def test_commands_that_only_read_are_known_safe(text: str) -> None:
    assert is_known_safe(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "touch x",
        "ls; touch x",
        "cat a > b",
        "echo $(touch x)",
        "ls | tee x",
        "ls && rm x",
        "ls &",
        "cat `x`",
        "cat a\ntouch x",
        "lsx",
        "X=1 ls",
        "uniq a b",
        "tail ~/x",
    ],
)
def test_everything_else_is_not(text: str) -> None:
    assert not is_known_safe(text)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("ls", {"type": "listFiles", "command": "ls", "path": None}),
        ("ls -l src", {"type": "listFiles", "command": "ls -l src", "path": "src"}),
        ("cat d/f", {"type": "read", "command": "cat d/f", "name": "f", "path": "d/f"}),
        ("grep x", {"type": "search", "command": "grep x", "query": "x", "path": None}),
        ("grep x d", {"type": "search", "command": "grep x d", "query": "x", "path": "d"}),
        ("touch x", {"type": "unknown", "command": "touch x"}),
        ("ls | wc", {"type": "unknown", "command": "ls | wc"}),
        ("", {"type": "unknown", "command": ""}),
    ],
)
def test_actions_are_guessed_only_where_it_is_plain(text: str, action: dict[str, str]) -> None:
    assert actions(text) == [action]


def test_a_call_is_read_whole() -> None:
    arguments = {
        "cmd": "ls",
        "workdir": "../b",
        "login": False,
        "sandbox_permissions": "require_escalated",
        "justification": "why",
    }
    command = read_call("c1", json.dumps(arguments), cwd="/w/a")
    assert command.argv[1:] == ("-c", "ls")
    assert command.cwd == "/w/b"
    assert (command.escalated, command.justification) == (True, "why")


def test_a_call_needs_only_the_command() -> None:
    command = read_call("c1", '{"cmd": "ls"}', cwd="/w")
    assert command.argv[1:] == ("-lc", "ls")
    assert (command.cwd, command.escalated, command.justification) == ("/w", False, None)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("{", "parse"),
        ("[]", "object"),
        ("{}", "`cmd`"),
        ('{"cmd": ["ls"]}', "`cmd`"),
        ('{"cmd": "a\\u0000b"}', "passed"),
        ('{"cmd": "", "workdir": "\\ud800"}', "passed"),
    ],
)
def test_a_call_that_cannot_be_read_says_why(arguments: str, told: str) -> None:
    with pytest.raises(BadCall, match=told):
        read_call("c1", arguments, cwd="/w")
