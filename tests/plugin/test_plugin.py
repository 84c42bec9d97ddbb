"""The pytest plugin, in a pytest of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]

HEAD = """
import pytest
from seatrial.dialects import Decision, Policy, Sandbox
from seatrial_provider import reply, run_command, say

async def approve(trial):
    trial.model(
        reply(run_command("touch made", escalated=True, justification="may I")), reply(say("ok"))
    )
    async with trial.agent() as agent:
        conversation = await agent.start(
            cwd=trial.workspace, policy=Policy.ON_REQUEST, sandbox=Sandbox.READ_ONLY
        )
        turn = await conversation.send("go")
        turn.answer(await turn.approval(), Decision.ACCEPT)
        return (await turn.end()).status, (trial.workspace / "made").exists()
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs test code in a pytest of its own, in a process of its own."""
    monkeypatch.setenv("SEATRIAL_HOMES", str(pytester.path / "homes"))

    def go(code: str, *words: str) -> pytest.RunResult:
        pytester.makepyfile(HEAD + code)
        return pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider", *words)

    return go


def test_an_async_test_meets_the_reference_server(run: Run, pytester: pytest.Pytester) -> None:
    result = run(
        "async def test_it(trial):\n    assert await approve(trial) == ('completed', True)"
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["seatrial: server reference, processes held by *"])
    assert list((pytester.path / "homes").glob("*")) == []


def test_a_failing_async_test_fails_and_shows_the_transcript(run: Run) -> None:
    result = run("async def test_it(trial):\n    assert await approve(trial) == ('failed', True)")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*seatrial transcript*", "*item/commandExecution/requestApproval*"]
    )


def test_a_script_that_was_not_played_fails_the_test(run: Run) -> None:
    result = run("async def test_it(trial):\n    trial.model(reply(say('never asked for')))")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*unused-reply*"])


def test_an_observation_that_does_not_hold_fails_the_test(run: Run) -> None:
    result = run(
        "async def test_it(trial):\n    trial.saw.equal('the answer', expected=42, arrived=41)"
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*the answer: expected 42, arrived 41*"])


def test_a_marker_chooses_the_server(run: Run) -> None:
    result = run(
        "@pytest.mark.seatrial(server='reference:ignores-accept')\n"
        "async def test_it(trial):\n    assert await approve(trial) == ('completed', False)"
    )
    result.assert_outcomes(passed=1)


def test_an_option_chooses_the_server(run: Run) -> None:
    code = "async def test_it(trial):\n    assert await approve(trial) == ('completed', False)"
    result = run(code, "--seatrial-server", "reference:ignores-accept")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["seatrial: server reference:ignores-accept,*"])


def test_a_server_that_is_not_there_is_an_error_in_four_parts(run: Run) -> None:
    code = "async def test_it(trial):\n    pass"
    result = run(code, "--seatrial-server", "codx")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*there is no server 'codx'", "*expected:*", "*did you mean*"])


def test_a_sync_test_and_one_without_a_trial_are_left_alone(run: Run) -> None:
    result = run("def test_sync(trial):\n    assert trial.requests == []\ndef test_plain(): pass")
    result.assert_outcomes(passed=1, failed=1)
    result = run("def test_sync(trial):\n    assert trial.provider.requests == []")
    result.assert_outcomes(passed=1)


def test_the_suites_are_pytest_tests(run: Run) -> None:
    words = ("--pyargs", "seatrial_suites", "-k", "accept or decline")
    result = run("", *words, "--seatrial-server", "reference:ignores-decline")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*how often the declined command ran*"])


def test_nothing_heavy_is_imported_for_a_run_that_does_not_use_it(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            heavy = {"aiohttp", "pydantic", "jinja2", "rich", "click"}
            assert heavy & set(sys.modules) == set()
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:xdist", "-p", "no:randomly", "-q")
    result.assert_outcomes(passed=1)
