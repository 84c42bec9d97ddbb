"""The four approval policies: as a table, and with real commands in a real sandbox."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from tests.reference.conftest import APPROVAL, ESCALATED, call, deciding, say

from seatrial_reference import landlock
from seatrial_reference.commands import Command
from seatrial_reference.config import ApprovalPolicy, SandboxMode
from seatrial_reference.policy import Ask, Policy, Refuse, Run
from seatrial_reference.runner import Outcome
from seatrial_reference.settings import SandboxPolicy, Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.reference.conftest import Server, Stub

needs_sandbox = pytest.mark.skipif(not landlock.abi(), reason="the kernel has no Landlock")

READ_ONLY, FULL = SandboxMode.READ_ONLY, SandboxMode.DANGER_FULL_ACCESS
PLAIN = Command(call_id="c", text="touch x", argv=("sh", "-c", "touch x"), cwd="/")
SAFE = dataclasses.replace(PLAIN, text="ls -l")
ESCALATING = dataclasses.replace(PLAIN, escalated=True, justification="why")


def settings(policy: str, sandbox: SandboxMode) -> Settings:
    return Settings(
        cwd="/", model="m", approval=ApprovalPolicy(policy), sandbox=SandboxPolicy(mode=sandbox)
    )


@pytest.mark.parametrize(
    ("policy", "sandbox", "command", "verdict"),
    [
        ("untrusted", READ_ONLY, PLAIN, Ask(reason=None)),
        ("untrusted", READ_ONLY, SAFE, Run(sandboxed=True)),
        ("untrusted", FULL, PLAIN, Ask(reason=None)),
        ("untrusted", FULL, SAFE, Run(sandboxed=False)),
        ("on-request", READ_ONLY, PLAIN, Run(sandboxed=True)),
        ("on-request", READ_ONLY, ESCALATING, Ask(reason="why")),
        ("on-request", FULL, PLAIN, Run(sandboxed=False)),
        ("on-request", FULL, ESCALATING, Run(sandboxed=False)),
        ("on-failure", READ_ONLY, PLAIN, Run(sandboxed=True)),
        ("on-failure", FULL, PLAIN, Run(sandboxed=False)),
        ("never", READ_ONLY, PLAIN, Run(sandboxed=True)),
        ("never", FULL, PLAIN, Run(sandboxed=False)),
        ("never", FULL, ESCALATING, Run(sandboxed=False)),
    ],
)
def test_what_happens_to_a_command(
    policy: str, sandbox: SandboxMode, command: Command, verdict: Run | Ask
) -> None:
    assert Policy().judge(command, settings(policy, sandbox)) == verdict


@pytest.mark.parametrize("policy", ["untrusted", "on-failure", "never"])
def test_escalation_is_refused_where_the_policy_does_not_know_it(policy: str) -> None:
    verdict = Policy().judge(ESCALATING, settings(policy, READ_ONLY))
    assert isinstance(verdict, Refuse)
    assert f"approval policy is {policy}" in verdict.message


@pytest.mark.parametrize(
    ("policy", "exit_code", "output", "sandboxed", "asked"),
    [
        ("on-failure", 1, "sh: x: Permission denied", True, True),
        ("on-failure", 1, "sh: x: Read-only file system", True, True),
        ("on-failure", 1, "no such thing", True, False),
        ("on-failure", 0, "Permission denied", True, False),
        ("on-failure", 1, "Permission denied", False, False),
        ("on-request", 1, "Permission denied", True, False),
        ("never", 1, "Permission denied", True, False),
    ],
)
def test_when_a_failed_command_is_asked_for_again(
    policy: str, exit_code: int, output: str, sandboxed: bool, asked: bool
) -> None:
    outcome = Outcome(exit_code=exit_code, output=output, duration_ms=1, sandboxed=sandboxed)
    assert Policy().retries(outcome, settings(policy, READ_ONLY)) is asked


def told(stub: Stub) -> str:
    output: str = stub.requests[-1]["input"][-1]["output"]
    return output


@needs_sandbox
def test_on_failure_asks_when_the_sandbox_stopped_it(server: Server, stub: Stub) -> None:
    stub.replies += [call(("c", "echo ran >> log")), say("done")]
    server.turn(server.thread(approvalPolicy="on-failure"), deciding("accept"))
    (asked,) = server.named(APPROVAL)
    assert asked["reason"] == "command failed; retry without sandbox?"
    assert (server.cwd / "log").read_text() == "ran\n"
    assert server.items("item/completed", "commandExecution")[0]["status"] == "completed"


@needs_sandbox
def test_on_failure_declined_leaves_it_at_that(server: Server, stub: Stub) -> None:
    stub.replies += [call(("c", "echo ran >> log")), say("done")]
    server.turn(server.thread(approvalPolicy="on-failure"), deciding("decline"))
    assert list(server.cwd.iterdir()) == []
    assert "rejected by user" in told(stub)
    assert server.items("item/completed", "commandExecution")[0]["status"] == "declined"


@needs_sandbox
def test_on_failure_does_not_ask_for_an_ordinary_failure(server: Server, stub: Stub) -> None:
    stub.replies += [call(("c", "false")), say("done")]
    server.turn(server.thread(approvalPolicy="on-failure"))
    assert server.named(APPROVAL) == []
    assert "Process exited with code 1" in told(stub)


@needs_sandbox
def test_on_request_runs_plain_commands_in_the_sandbox(server: Server, stub: Stub) -> None:
    stub.replies += [call(("c", "echo read; echo ran >> log")), say("done")]
    server.turn(server.thread())
    assert server.named(APPROVAL) == []
    assert list(server.cwd.iterdir()) == []
    assert "read\n" in told(stub)
    assert "Permission denied" in told(stub)
    assert server.items("item/completed", "commandExecution")[0]["status"] == "failed"


def test_never_refuses_an_escalation(server: Server, stub: Stub) -> None:
    stub.replies += [call(("c", "echo ran >> log"), **ESCALATED), say("done")]
    assert server.turn(server.thread(approvalPolicy="never"))["status"] == "completed"
    assert server.named(APPROVAL) == []
    assert list(server.cwd.iterdir()) == []
    assert "approval policy is never" in told(stub)


def test_full_access_runs_without_asking(server: Server, stub: Stub) -> None:
    stub.replies += [call(("c", "echo ran >> log"), **ESCALATED), say("done")]
    server.turn(server.thread(sandbox="danger-full-access"))
    assert server.named(APPROVAL) == []
    assert (server.cwd / "log").read_text() == "ran\n"


@needs_sandbox
def test_untrusted_asks_unless_the_command_only_reads(server: Server, stub: Stub) -> None:
    (server.cwd / "seed").write_text("grain\n")
    stub.replies += [call(("a", "cat seed")), call(("b", "cat seed > copy")), say("done")]
    server.turn(server.thread(approvalPolicy="untrusted"), deciding("accept"))
    assert [asked["itemId"] for asked in server.named(APPROVAL)] == ["b"]
    assert (server.cwd / "copy").read_text() == "grain\n"


@needs_sandbox
def test_a_turn_overrides_the_settings_for_itself_and_the_next(server: Server, stub: Stub) -> None:
    thread_id = server.thread()
    stub.replies += [call(("a", "echo a >> log")), say("done")]
    policy = {"type": "workspaceWrite", "writableRoots": [], "networkAccess": False}
    server.turn(thread_id, sandboxPolicy=policy, approvalPolicy="never")
    stub.replies += [call(("b", "echo b >> log"), **ESCALATED), call(("c", "echo c >> log"))]
    stub.replies += [say("done")]
    server.turn(thread_id)
    assert (server.cwd / "log").read_text() == "a\nc\n"
    developer = [i for i in stub.requests[-1]["input"] if i.get("role") == "developer"]
    assert len(developer) == 1
    assert "workspace-write" in developer[0]["content"][0]["text"]


def test_the_configuration_gives_the_defaults(
    start: Callable[..., Server], home: Path, stub: Stub
) -> None:
    lines = 'approval_policy = "never"\nsandbox_mode = "workspace-write"\n'
    (home / "config.toml").write_text(lines)
    other = start()
    result = other.ask("thread/start", {"model": "other"})["result"]
    assert result["approvalPolicy"] == "never"
    assert result["sandbox"]["type"] == "workspaceWrite"
    assert (result["model"], result["modelProvider"]) == ("other", "")
    assert other.turn(result["thread"]["id"])["status"] == "failed"
    assert "no model provider" in other.named("error")[0]["error"]["message"]
    assert stub.requests == []
