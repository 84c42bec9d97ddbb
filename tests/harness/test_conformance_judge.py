"""The verdict on one check: drawn from what it saw, what it raised, and the model's side."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from seatrial.conformance import (
    Blame,
    Check,
    CheckResult,
    Level,
    NotApplicable,
    Requirement,
    Trial,
    Verdict,
    judge,
)
from seatrial.conformance.judge import rerun_command
from seatrial.errors import SeatrialError
from seatrial.peer import PeerGone, TimedOut
from seatrial.process import Ended, Means, ProcessInfo
from seatrial.servers import RunningServer, resolve
from seatrial_provider import Matcher, reply, run_command, say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.harness.conftest import Fake, Run

PARTS = {"expected": "this", "arrived": "that", "cause": "why?", "remedy": "do"}


@pytest.fixture
def judged(run: Run, fake: Fake) -> Callable[..., CheckResult]:
    def call(
        check: Callable[[Trial], Awaitable[None]],
        *,
        level: Level = Level.MUST,
        server: Any = None,
        keep: bool = False,
    ) -> CheckResult:
        requirement = Requirement(
            id="a.b", statement="It holds.", level=level, dialects=("app_v2",), source="here"
        )
        whole = Check(requirement="a.b", run=check)
        return run(judge(whole, requirement, server or fake(), "app_v2", keep=keep))

    return call


def seeing(*held: bool, level: Level = Level.MUST) -> Callable[[Trial], Awaitable[None]]:
    async def look(trial: Trial) -> None:
        for number, one in enumerate(held):
            trial.saw.that(f"part {number}", one, expected="e", arrived="a", level=level)

    return look


def raising(error: BaseException) -> Callable[[Trial], Awaitable[None]]:
    async def fail(trial: Trial) -> None:
        trial.saw.that("before", True, expected="e", arrived="a")
        raise error

    return fail


def test_a_pass(judged: Callable[..., CheckResult], homes: Path) -> None:
    result = judged(seeing(True, True))
    assert (result.verdict, result.blame, result.reason) == (Verdict.PASS, None, "")
    assert [seen.held for seen in result.observations] == [True, True]
    assert (result.requirement, result.area, result.dialect) == ("a.b", "a", "app_v2")
    assert (result.statement, result.source, result.level) == ("It holds.", "here", "MUST")
    assert result.rerun == "seatrial run fake --only a.b --dialect app_v2"
    assert list(homes.iterdir()) == []


def test_a_failure_names_all_that_did_not_hold(judged: Callable[..., CheckResult]) -> None:
    result = judged(seeing(False, True, False))
    assert (result.verdict, result.blame) == (Verdict.FAIL, Blame.SERVER)
    assert result.reason == "part 0; part 2"


@pytest.mark.parametrize(
    ("of_requirement", "of_observation", "verdict"),
    [
        (Level.MUST, Level.MUST, Verdict.FAIL),
        (Level.MUST, Level.SHOULD, Verdict.WARN),
        (Level.SHOULD, Level.MUST, Verdict.WARN),
        (Level.SHOULD, Level.SHOULD, Verdict.WARN),
    ],
)
def test_what_should_hold_and_does_not_warns(
    judged: Callable[..., CheckResult],
    of_requirement: Level,
    of_observation: Level,
    verdict: Verdict,
) -> None:
    result = judged(seeing(True, False, level=of_observation), level=of_requirement)
    assert (result.verdict, result.blame) == (verdict, Blame.SERVER)
    assert result.reason == "part 1"


def test_one_must_among_the_shoulds_fails(judged: Callable[..., CheckResult]) -> None:
    async def look(trial: Trial) -> None:
        trial.saw.that("soft", False, expected="e", arrived="a", level=Level.SHOULD)
        trial.saw.that("hard", False, expected="e", arrived="a")

    assert judged(look).verdict is Verdict.FAIL


def test_a_check_that_saw_nothing_never_passes(judged: Callable[..., CheckResult]) -> None:
    result = judged(seeing())
    assert (result.verdict, result.blame) == (Verdict.UNTESTABLE, Blame.SCENARIO)
    assert result.reason == "the check looked at nothing"


def test_not_applicable_is_nobodys_fault(judged: Callable[..., CheckResult]) -> None:
    result = judged(raising(NotApplicable("no such thing", **PARTS)))
    assert (result.verdict, result.blame) == (Verdict.NOT_APPLICABLE, None)
    assert result.reason.startswith("no such thing\n  expected: this")


def test_a_missing_prerequisite_is_untestable(judged: Callable[..., CheckResult]) -> None:
    async def fail(trial: Trial) -> None:
        trial.saw.that("before", False, expected="e", arrived="a")
        raise trial.untestable("never asked", expected="e", arrived="a", cause="c")

    result = judged(fail)
    assert (result.verdict, result.blame) == (Verdict.UNTESTABLE, Blame.SERVER)
    assert result.reason.startswith("never asked\n")


@pytest.mark.parametrize("kind", [TimedOut, PeerGone])
def test_what_the_server_did_is_one_more_observation(
    judged: Callable[..., CheckResult], kind: type[SeatrialError]
) -> None:
    result = judged(raising(kind("waited in vain", evidence="the last messages", **PARTS)))
    assert (result.verdict, result.blame) == (Verdict.FAIL, Blame.SERVER)
    assert result.reason == "waited in vain"
    before, seen = result.observations
    assert before.held
    assert (seen.held, seen.expected, seen.arrived) == (False, "this", "that")
    assert (seen.cause, seen.evidence) == ("why?", "the last messages")


@pytest.mark.parametrize(
    "error",
    [
        SeatrialError("ours", **PARTS),
        KeyError("a mistake in the check"),
        TimeoutError("somewhere"),
        ExceptionGroup("several", [ValueError("one")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_any_other_error_is_ours_and_says_where(
    judged: Callable[..., CheckResult], error: Exception
) -> None:
    async def fail(trial: Trial) -> None:
        trial.journal.note("so far")
        trial.home.stderr.write_text("its last words")
        raise error

    result = judged(fail)
    assert (result.verdict, result.blame) == (Verdict.HARNESS_ERROR, Blame.HARNESS)
    assert "Traceback" in result.reason
    assert "in fail" in result.reason
    assert [step.label for step in result.steps] == ["so far"]
    assert result.stderr == "its last words"


def test_a_check_that_never_ends_is_ended(
    judged: Callable[..., CheckResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(trial: Trial) -> None:
        trial.saw.that("before", True, expected="e", arrived="a")
        await asyncio.Event().wait()

    monkeypatch.setattr(sys.modules["seatrial.conformance.judge"], "WHOLE_CHECK_SECONDS", 0.0)
    result = judged(hang)
    assert (result.verdict, result.blame) == (Verdict.HARNESS_ERROR, Blame.HARNESS)
    assert "TimeoutError" in result.reason


def test_a_server_that_cannot_be_started_is_the_environments(
    judged: Callable[..., CheckResult], fake: Fake
) -> None:
    async def start(trial: Trial) -> None:
        async with trial.agent():
            pytest.fail("it started")

    result = judged(start, server=fake(("/no/such/program",)))
    assert (result.verdict, result.blame) == (Verdict.HARNESS_ERROR, Blame.ENVIRONMENT)
    assert result.reason.startswith("cannot start '/no/such/program'")


def test_processes_that_could_not_be_ended_are_the_environments(
    judged: Callable[..., CheckResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    undead = ProcessInfo(pid=7, argv=("cat",), state="D")

    async def start(trial: Trial) -> None:
        async with trial.agent():
            trial.saw.that("part", True, expected="e", arrived="a")
        trial.started[0].ended = Ended(means=Means.SIGKILL, exit=None, survivors=(undead,))

    result = judged(start)
    assert (result.verdict, result.blame) == (Verdict.HARNESS_ERROR, Blame.ENVIRONMENT)
    assert result.reason == "processes could not be ended:\n7 [D] cat"


def test_two_servers_at_once_do_not_hear_each_other(
    judged: Callable[..., CheckResult], fake: Fake
) -> None:
    server = fake(
        """
        import json, sys
        for line in sys.stdin:
            message = json.loads(line)
            if "id" in message:
                answer = {"id": message["id"], "result": {"userAgent": "fake"}}
                print(json.dumps(answer), flush=True)
        """
    )

    async def start(trial: Trial) -> None:
        async with trial.agent() as one, trial.agent() as other:
            await one.peer.call("only/here")
            said = [len(list(agent.peer.journal.from_server())) for agent in (one, other)]
            whole = len(list(trial.journal.from_server()))
            trial.saw.equal(
                "messages of each, and of both", expected=[2, 1, 3], arrived=[*said, whole]
            )

    result = judged(start, server=server)
    assert result.verdict is Verdict.PASS, result.reason


def test_a_server_is_run_in_its_home_and_all_is_written_down(
    judged: Callable[..., CheckResult], fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-developer")
    server = fake(
        """
        import json, os, sys
        message = json.loads(sys.stdin.readline())
        print(os.environ, os.getcwd(), file=sys.stderr)
        print(open(os.environ["HOME"] + "/config.toml").read(), file=sys.stderr, flush=True)
        answer = {"userAgent": os.environ["HOME"]}
        print(json.dumps({"id": message["id"], "result": answer}), flush=True)
        sys.stdin.read()
        """,
        environment={"HOME": "${home}", "FOR": "the ${workspace}"},
        files={"config.toml": "url = ${provider_url}"},
    )
    seen: list[RunningServer] = []

    async def start(trial: Trial) -> None:
        async with trial.agent() as agent:
            seen.extend(trial.started)
            messages = agent.peer.journal.entries
            trial.saw.equal("what is recorded", expected=messages, arrived=trial.journal.entries)
            assert trial.process is trial.started[-1].process

    result = judged(start, server=replace(server, environment={"FROM": "the server"}))
    assert result.verdict is Verdict.PASS, result.reason
    assert "'FROM': 'the server'" in result.stderr
    assert "sk-of-the-developer" not in result.stderr
    assert "'HOME': '<home>'" in result.stderr
    assert "'FOR': 'the <workspace>'" in result.stderr
    assert "<workspace>\nurl = <provider>" in result.stderr
    assert [step.label for step in result.steps[:3]] == [
        "initialize #1",
        "answer to #1",
        "initialized",
    ]
    assert "<home>" in result.steps[1].detail
    assert [step.direction for step in result.steps[:3]] == ["client", "server", "client"]
    (running,) = seen
    assert running.ended is not None
    assert running.ended.survivors == ()


def test_the_last_of_a_long_stderr_is_kept(judged: Callable[..., CheckResult]) -> None:
    async def write(trial: Trial) -> None:
        trial.home.stderr.write_text("".join(f"line {n}\n" for n in range(100)))
        trial.saw.that("part", True, expected="e", arrived="a")

    lines = judged(write).stderr.splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("line 60", "line 99", 40)


@pytest.mark.parametrize("held", [True, False])
def test_a_kept_home_is_named_whatever_the_verdict(
    judged: Callable[..., CheckResult], homes: Path, held: bool
) -> None:
    result = judged(seeing(held), keep=True)
    (root,) = homes.iterdir()
    assert f"kept: {root}" in result.reason
    assert result.reason.startswith("kept" if held else "part 0")


async def post(trial: Trial, **body: Any) -> int:
    message = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]}
    whole = {"model": "m", "input": [message], "tools": [], "stream": True, **body}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{trial.provider.base_url}/responses", json=whole) as response,
    ):
        await response.read()
        return response.status


def test_a_model_that_is_asked_is_noted_among_the_messages(
    judged: Callable[..., CheckResult],
) -> None:
    async def ask(trial: Trial) -> None:
        trial.model(reply(say("hello")))
        trial.saw.equal("status", expected=200, arrived=await post(trial))

    result = judged(ask)
    assert result.verdict is Verdict.PASS
    (step,) = result.steps
    assert step.direction == "model"
    assert step.label == "the model is asked (last input: message user)"


def test_a_script_that_was_not_played_to_its_end_fails(
    judged: Callable[..., CheckResult],
) -> None:
    async def leave(trial: Trial) -> None:
        trial.model(reply(say("unheard")))
        trial.saw.that("part", True, expected="e", arrived="a")

    result = judged(leave)
    assert (result.verdict, result.blame) == (Verdict.FAIL, Blame.SERVER)
    assert [seen.held for seen in result.observations] == [True, False]
    assert "the model's side" in result.reason


def test_after_a_failure_the_rest_of_the_script_is_a_consequence(
    judged: Callable[..., CheckResult],
) -> None:
    async def leave(trial: Trial) -> None:
        trial.model(reply(say("unheard")))
        trial.saw.that("part", False, expected="e", arrived="a")

    result = judged(leave)
    assert result.reason == "part"
    assert len(result.observations) == 1


def test_a_wish_that_no_tool_can_express_is_untestable(
    judged: Callable[..., CheckResult],
) -> None:
    async def ask(trial: Trial) -> None:
        trial.model(reply(run_command("ls")))
        await post(trial)
        trial.saw.that("part", True, expected="e", arrived="a")

    result = judged(ask)
    assert result.verdict is Verdict.UNTESTABLE
    assert "no offered tool can express" in result.reason


def test_a_mistake_of_the_provider_is_ours(judged: Callable[..., CheckResult]) -> None:
    async def ask(trial: Trial) -> None:
        def broken(request: object) -> bool:
            raise LookupError("in the test's own predicate")

        trial.model(reply(say("x"), when=Matcher(description="broken", predicate=broken)))
        await post(trial)
        trial.saw.that("part", False, expected="e", arrived="a")

    result = judged(ask)
    assert (result.verdict, result.blame) == (Verdict.HARNESS_ERROR, Blame.HARNESS)
    assert "the provider failed" in result.reason


def test_a_check_can_be_run_again_by_hand() -> None:
    by_name = rerun_command(resolve("reference:x"), "a.b", "app_v2")
    assert by_name == "seatrial run reference:x --only a.b --dialect app_v2"
    one_word = rerun_command(resolve(command="my-server", profile="codex"), "a.b", "app_v2")
    assert one_word == (
        "seatrial run --command my-server --profile codex --only a.b --dialect app_v2"
    )
    by_command = rerun_command(resolve(command="my-server 'a b'"), "a.b", "app_v2")
    assert by_command == (
        """seatrial run --command 'my-server '"'"'a b'"'"'' --only a.b --dialect app_v2"""
    )
