"""The pytest plugin, in a pytest of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from textwrap import dedent

import pytest

from seatrial.servers import resolve
from seatrial_suites import SUITES

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


@pytest.mark.parametrize("words", [(), ("-n", "2")])
def test_a_server_that_is_not_there_is_refused_once_before_any_test(
    words: tuple[str, ...], run: Run
) -> None:
    result = run("def test_it(): pass", *words, "--seatrial-server", "codx")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no server 'codx'", "*expected:*", "*did you mean*"])
    assert result.stderr.str().count("there is no server") == 1
    assert "test_it" not in result.stdout.str()


def test_a_server_that_a_marker_names_and_is_not_there_is_an_error_in_four_parts(run: Run) -> None:
    code = "@pytest.mark.seatrial(server='codx')\nasync def test_it(trial):\n    pass"
    result = run(code)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*there is no server 'codx'", "*expected:*", "*did you mean*"])


def test_a_sync_test_and_one_without_a_trial_are_left_alone(run: Run) -> None:
    result = run("def test_sync(trial):\n    assert trial.requests == []\ndef test_plain(): pass")
    result.assert_outcomes(passed=1, failed=1)
    result = run("def test_sync(trial):\n    assert trial.provider.requests == []")
    result.assert_outcomes(passed=1)


def test_the_suites_are_pytest_tests(run: Run) -> None:
    words = ("--pyargs", "seatrial_suites", "-k", "command.accept or command.decline")
    result = run("", *words, "--seatrial-server", "reference:ignores-decline")
    asked = [suite.requirements.get("approvals.command.decline") for suite in SUITES]
    (dialects,) = [set(one.dialects) for one in asked if one is not None]
    spoken = len(dialects & set(resolve("reference").dialects))
    result.assert_outcomes(passed=spoken, failed=spoken)
    result.stdout.fnmatch_lines(["*how often the declined command ran*"])


def test_any_program_is_ended_with_its_test(run: Run, pytester: pytest.Pytester) -> None:
    """With what it put into a session of its own; what it left itself is shown beside a failure."""
    os.mkfifo(pytester.path / "witness")
    fd = os.open(pytester.path / "witness", os.O_RDONLY | os.O_NONBLOCK)
    code = """
    import pytest
    from seatrial.process import GENTLE, CannotStart

    def test_it(seatrial_spawn, tmp_path):
        words = "exec 9>witness; setsid sleep 616 & echo ready; echo oh >&2; cat"
        first = seatrial_spawn("sh", "-c", words, cwd=HERE, ending=GENTLE)
        second = seatrial_spawn("sh", "-c", "echo $NAME; pwd", env={"NAME": "n", "PATH": "/bin"})
        assert first.line() == b"ready"
        assert [second.line(), second.line()] == [b"n", str(tmp_path).encode()]
        with pytest.raises(CannotStart, match="no-such-program"):
            seatrial_spawn("no-such-program")
        assert 'shown' == 'where a test fails'
    """
    result = run("from pathlib import Path\nHERE = Path(__file__).parent\n" + dedent(code))
    try:
        assert os.read(fd, 1) == b"", "something of it is still alive"
    finally:
        os.close(fd)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*left behind by the server under test*", "*setsid sleep 616*"])
    for stream, said in (("stdout", "ready\n"), ("stderr", "oh\n")):
        (file,) = pytester.path.parent.rglob(f"sh-1.{stream}")
        assert file.read_text() == said


def test_nothing_heavy_is_imported_for_a_run_that_does_not_use_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # other plugins may import anything
    pytester.makepyfile(
        """
        import sys

        def test_it():
            heavy = {"aiohttp", "pydantic", "jinja2", "rich", "click"}
            assert heavy & set(sys.modules) == set()
        """
    )
    result = pytester.runpytest_subprocess("-p", "seatrial.plugin", "-q")
    result.assert_outcomes(passed=1)
