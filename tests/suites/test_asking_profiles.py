"""What a profile leaves out about the tool that asks is not judged, and nothing else is lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from seatrial.conformance import CannotJudge, CheckResult, Verdict, installed, judge, preflight
from seatrial.profiles import ToolCall
from seatrial.servers import ServerUnderTest, resolve

(SUITE,) = installed()


def judged(requirement: str, variant: str = "", **asking: Any) -> CheckResult:
    """Judges the reference server by a profile whose table `asking` was changed."""
    server = _with(resolve(f"reference:{variant}" if variant else "reference"), asking)
    check, row = SUITE.checks[requirement], SUITE.requirements[requirement]
    return asyncio.run(judge(check, row, server, "mcp_tools"))


def _with(server: ServerUnderTest, changed: dict[str, Any]) -> ServerUnderTest:
    assert server.profile.asking is not None
    asking = server.profile.asking.model_copy(update=changed)
    return replace(server, profile=server.profile.model_copy(update={"asking": asking}))


def test_one_call_at_a_time_is_tried_alone() -> None:
    result = judged("elicitation.matrix.decision", together=False)
    assert result.verdict is Verdict.PASS
    assert [one.subject for one in result.observations] == ["accept, alone", "decline, alone"]


def test_without_a_way_to_tell_consent_only_the_end_of_a_call_is_judged() -> None:
    deaf = judged("elicitation.matrix.decision", "tool-loses-acceptance", accepted=None)
    assert deaf.verdict is Verdict.PASS
    assert {one.expected for one in deaf.observations} == {"{'call': 'answered'}"}
    assert judged("elicitation.matrix.decision", "tool-loses-acceptance").verdict is Verdict.FAIL
    hangs = judged("elicitation.content", "tool-hangs-on-misfit", accepted=None)
    assert hangs.verdict is Verdict.FAIL


def test_without_a_quiet_tool_there_is_nothing_to_say_of_one() -> None:
    result = judged("elicitation.quiet", quiet=None)
    assert result.verdict is Verdict.NOT_APPLICABLE
    assert "no tool is known that asks nothing" in result.reason


def test_a_tool_that_does_not_ask_is_told_so() -> None:
    result = judged("elicitation.request", tool="say", arguments={"text": "hello"})
    assert result.verdict is Verdict.FAIL
    assert "without anybody having been asked" in result.reason


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"tool": "aks"}, "did you mean 'ask'?"),
        ({"tool": "unheard-of"}, "is the list of another release?"),
        ({"quiet": ToolCall(tool="sya")}, "did you mean 'say'?"),
    ],
)
def test_a_tool_that_there_is_not_is_told_before_anything_is_judged(
    changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(CannotJudge, match="it has no tool") as caught:
        asyncio.run(preflight(_with(resolve("reference"), changed), "mcp_tools"))
    assert caught.value.cause == told
