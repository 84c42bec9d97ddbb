"""Commands that the model assesses before the client is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.reference.conftest import APPROVAL, Held, Refusal, call, deciding, say

from seatrial_reference.config import load
from seatrial_reference.errors import ConfigError
from seatrial_reference.layers import Layers
from seatrial_reference.risk import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.reference.conftest import Server, Stub

ASSESSED = '{"description": "It makes a file.", "risk_level": "low"}'
ON = "\n[features]\nexperimental_sandbox_command_assessment = true\n"


def switch_on(home: Path, more: str = "") -> None:
    with (home / "config.toml").open("a") as file:
        file.write(ON + more)


def request_for(server: Server, stub: Stub, *replies: Any) -> dict[str, Any]:
    """Have a command assessed by these replies, and give the request for its approval."""
    stub.replies += [call(("c1", "touch made")), *replies, say("done")]
    ended = server.turn(server.thread(approvalPolicy="untrusted"), deciding("decline"))
    assert ended["status"] == "completed"
    (params,) = server.named(APPROVAL)
    return params


def test_nothing_is_assessed_unless_it_is_switched_on(server: Server, stub: Stub) -> None:
    assert "risk" not in request_for(server, stub)
    assert len(stub.requests) == 2


def test_the_request_carries_the_assessment(
    start: Callable[..., Server], stub: Stub, home: Path
) -> None:
    switch_on(home)
    params = request_for(start(), stub, say(ASSESSED))
    assert params["risk"] == {"description": "It makes a file.", "riskLevel": "low"}


def test_it_is_asked_for_in_a_conversation_of_its_own(
    start: Callable[..., Server], stub: Stub, home: Path
) -> None:
    switch_on(home)
    request_for(start(), stub, say(ASSESSED))
    before, assessed, after = stub.requests
    assert assessed["prompt_cache_key"] != before["prompt_cache_key"] == after["prompt_cache_key"]
    assert len(assessed["input"]) == 1
    assert assessed["tools"] == []
    assert after["input"][: len(before["input"])] == before["input"]
    assert "It makes a file." not in str(after)


@pytest.mark.parametrize(
    "reply", [say("who knows"), Refusal(400, "no"), say('{"description": "", "risk_level": "?"}')]
)
def test_an_assessment_that_fails_is_left_out(
    start: Callable[..., Server], stub: Stub, home: Path, reply: Any
) -> None:
    switch_on(home)
    assert "risk" not in request_for(start(), stub, reply)


def test_an_assessment_that_is_late_is_not_waited_for(
    start: Callable[..., Server], stub: Stub, home: Path
) -> None:
    switch_on(home, "command_assessment_timeout_ms = 50\n")
    held = Held(b"", say(ASSESSED))
    assert "risk" not in request_for(start(), stub, held)
    assert held.reached.is_set()


def test_an_interrupt_ends_the_assessment_and_the_turn(
    start: Callable[..., Server], stub: Stub, home: Path
) -> None:
    switch_on(home)
    server, held = start(), Held(b"", say(ASSESSED))
    stub.replies += [call(("c1", "touch made")), held]
    thread = server.thread(approvalPolicy="untrusted")
    turn = server.begin(thread)
    assert held.reached.wait(20)
    server.result("turn/interrupt", {"threadId": thread, "turnId": turn})
    ended = server.named("turn/completed") or [server.method("turn/completed")["params"]]
    assert ended[0]["turn"]["status"] == "interrupted"
    assert not server.named(APPROVAL)


@pytest.mark.parametrize("said", ["", "[]", "null", "{}", '{"description": "x"}', "3"])
def test_what_is_no_assessment_is_none(said: str) -> None:
    assert read(said) is None


@pytest.mark.parametrize("value", ["0", "-1", "1.5", '"soon"', "true"])
def test_the_time_for_it_has_to_be_a_number_of_milliseconds(home: Path, value: str) -> None:
    switch_on(home, f"command_assessment_timeout_ms = {value}\n")
    with pytest.raises(ConfigError, match="a number of milliseconds"):
        load(Layers(str(home)))
