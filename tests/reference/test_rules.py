"""Rules about commands: what they let through, what is asked for, and what a client adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference.conftest import APPROVAL, ESCALATED, call, deciding, say

from seatrial_reference import landlock
from seatrial_reference.rules import Rules, parts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.reference.conftest import Server, Stub

WORD = st.text("abcxyz019/.,:=@%+-_", min_size=1)
NEEDS_SANDBOX = pytest.mark.skipif(not landlock.abi(), reason="the kernel has no Landlock")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("git status", [["git", "status"]]),
        ("touch 'a b'", [["touch", "a b"]]),
        ("a | b", [["a"], ["b"]]),
        ("a|b", [["a"], ["b"]]),
        ("a && b || c ; d", [["a"], ["b"], ["c"], ["d"]]),
        ("a > b", []),
        ("a &", []),
        ("a & b", []),
        ("a $(b)", []),
        ("a `b`", []),
        ("(a)", []),
        ("a |", []),
        ("a; ; b", []),
        ("a 'b", []),
        ("a\nb", []),
        ("", []),
    ],
)
def test_a_command_line_is_taken_apart_if_it_is_plain(text: str, found: list[list[str]]) -> None:
    assert parts(text) == found


@given(st.lists(st.lists(WORD, min_size=1), min_size=1), st.sampled_from(["|", "||", "&&", ";"]))
def test_parts_are_what_was_joined(commands: list[list[str]], joint: str) -> None:
    assert parts(f" {joint} ".join(map(" ".join, commands))) == commands


def rules(home: Path, *lines: str) -> Rules:
    (home / "rules").mkdir()
    (home / "rules" / "mine.rules").write_text("\n".join(lines))
    return Rules(str(home))


ALLOW_GIT = 'prefix_rule(pattern=["git"], decision="allow")'
PROMPT_PUSH = 'prefix_rule(pattern=["git", "push"], decision="prompt")'
FORBID_RM = 'prefix_rule(pattern=["rm"], decision="forbidden")'


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ("git status", "allow"),
        ("gitk", None),
        ("git push", "prompt"),
        ("git status && git push", "prompt"),
        ("git status | less", None),
        ("less | git status", None),
        ("git status | rm x", "forbidden"),
        ("rm x ; less", "forbidden"),
        ("git log > x", None),
    ],
)
def test_the_strictest_part_decides_and_an_unknown_one_is_not_allowed(
    tmp_path: Path, text: str, decided: str | None
) -> None:
    judge = rules(tmp_path, ALLOW_GIT, PROMPT_PUSH, FORBID_RM)
    assert judge.combine([judge.decision(part) for part in parts(text)]) == decided


def test_what_is_no_rule_is_passed_over(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    judge = rules(tmp_path, "# a comment", "", "what?", 'prefix_rule(pattern=["a"])', ALLOW_GIT)
    assert judge.decision(["git"]) == "allow"
    assert judge.decision(["a"]) is None
    assert capfd.readouterr().err.count("not a rule") == 2


def asked(server: Server) -> list[dict[str, Any]]:
    return server.named(APPROVAL)


def wish(server: Server, stub: Stub, text: str, decision: Any = "decline") -> None:
    stub.replies += [call(("c1", text), **ESCALATED), say("done")]
    server.turn(server.thread(approvalPolicy="on-request"), deciding(decision))
    server.fence()


@NEEDS_SANDBOX
def test_an_amendment_allows_its_prefix_from_then_on(
    start: Callable[..., Server], stub: Stub, home: Path
) -> None:
    server = start()
    rule = {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": ["touch", "made"]}}
    wish(server, stub, "touch made", rule)
    (request,) = asked(server)
    assert request["proposedExecpolicyAmendment"] == ["touch", "made"]
    assert rule in request["availableDecisions"]
    assert (server.cwd / "made").exists()
    wish(server, stub, "touch made")
    wish(server, stub, "touch made other")
    assert len(asked(server)) == 1
    wish(server, stub, "touch other")
    assert len(asked(server)) == 2
    kept = (home / "rules" / "default.rules").read_text()
    assert kept == 'prefix_rule(pattern=["touch", "made"], decision="allow")\n'
    again = start()
    wish(again, stub, "touch made")
    assert not asked(again)


@NEEDS_SANDBOX
@pytest.mark.parametrize("words", [["touch"], [], ["touch", "made", "x"], "touch made", None])
def test_another_amendment_than_the_one_that_was_offered_declines(
    server: Server, stub: Stub, words: Any, home: Path
) -> None:
    rule = {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": words}}
    wish(server, stub, "touch made", rule)
    assert not (server.cwd / "made").exists()
    assert not (home / "rules").exists()


@NEEDS_SANDBOX
def test_no_amendment_is_offered_for_several_parts_or_against_a_rule(
    start: Callable[..., Server], stub: Stub, home: Path
) -> None:
    rules(home, PROMPT_PUSH)
    server = start()
    wish(server, stub, "git push")
    wish(server, stub, "touch a && touch b")
    wish(server, stub, "touch a > b")
    assert [request["proposedExecpolicyAmendment"] for request in asked(server)] == [None] * 3
    assert "requires approval by a rule" in asked(server)[0]["reason"]


@NEEDS_SANDBOX
def test_a_forbidden_command_is_refused_and_not_asked_for(
    start: Callable[..., Server], stub: Stub, home: Path
) -> None:
    rules(home, FORBID_RM, 'prefix_rule(pattern=["touch"], decision="prompt")')
    server = start()
    (server.cwd / "kept").touch()
    wish(server, stub, "rm kept")
    stub.replies += [call(("c1", "touch made")), say("done")]
    server.turn(server.thread(approvalPolicy="never"), deciding("accept"))
    assert not asked(server)
    assert (server.cwd / "kept").exists()
    assert not (server.cwd / "made").exists()
    assert "a rule does not let it" in stub.requests[-1]["input"][-1]["output"]
