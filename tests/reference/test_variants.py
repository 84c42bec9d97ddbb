"""Each variant is wrong in what it says and in nothing else: compared with the correct server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.reference.conftest import APPROVAL, ESCALATED, Server, Stub, call, make_home, say

from seatrial_reference import landlock
from seatrial_reference.variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.reference.conftest import Message

    Observation = dict[str, Any]

pytestmark = pytest.mark.skipif(not landlock.abi(), reason="the kernel has no Landlock")

COMMAND = "echo token && echo ran >> log"
MILESTONES = {
    APPROVAL: "ask",
    "answer": "answer",
    "serverRequest/resolved": "resolved",
    "turn/completed": "end",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One turn: the policy, what the model wishes, what the client decides."""

    policy: str = "on-request"
    commands: tuple[str, ...] = (COMMAND,)
    escalated: bool = True
    decision: str = "accept"


SCENARIOS = {
    "accept": Scenario(),
    "decline": Scenario(decision="decline"),
    "cancel": Scenario(decision="cancel"),
    "session": Scenario(
        commands=(COMMAND, COMMAND, f"{COMMAND}; true"), decision="acceptForSession"
    ),
    "elsewhere": Scenario(decision="decline"),
    "plain": Scenario(escalated=False),
    "never": Scenario(policy="never"),
    "never-plain": Scenario(policy="never", escalated=False),
    "denied": Scenario(policy="on-failure", escalated=False),
    "failing": Scenario(policy="on-failure", escalated=False, commands=("false",)),
    "unsafe": Scenario(policy="untrusted", escalated=False),
    "safe": Scenario(policy="untrusted", escalated=False, commands=("ls",)),
}

ESCALATED_ONES = ("accept", "decline", "cancel", "session", "elsewhere")
ACCEPTED_ONES = ("accept", "session", "denied", "unsafe")
ASKED_ONES = (*ESCALATED_ONES, "denied", "unsafe")
RUNNING_ONES = ("accept", "session", "plain", "never-plain", "denied", "failing", "unsafe", "safe")
RACES = {"runs-while-asking": {"early"}}  # whether that run is over by then, nobody arranges
ASKING = "asked early order members reason"


def at(scenarios: tuple[str, ...] | str, keys: str) -> dict[str, set[str]]:
    """Say that these things differ in these scenarios."""
    names = (scenarios,) if isinstance(scenarios, str) else scenarios
    return {name: set(keys.split()) for name in names}


# What differs from the correct server, by variant about commands and by scenario; variants about
# anything else are judged by their proofs alone. "elsewhere" repeats, in a thread
# of its own and in the same folder, the command that "session" accepted.
EXPECTED = {
    "runs-while-asking": at(ASKED_ONES, "runs"),
    "runs-before-asking": {
        **at(("accept", "session", "unsafe"), "early"),
        **at(("decline", "cancel", "elsewhere"), "early runs"),
    },
    "runs-without-asking": {
        **at(("accept", "session"), ASKING),
        **at(("decline", "elsewhere"), f"{ASKING} runs shown told"),
        **at("cancel", f"{ASKING} runs shown told status requests"),
    },
    "ignores-accept": at(ACCEPTED_ONES, "runs told"),
    "runs-twice": at(ACCEPTED_ONES, "runs"),
    "loses-output": at(ACCEPTED_ONES, "told"),
    "stops-after-accept": {
        **at(("accept", "denied", "unsafe"), "requests told"),
        **at("session", "asked runs shown requests told order"),
    },
    "accept-kills-turn": {
        **at(("accept", "denied", "unsafe"), "requests status told"),
        **at("session", "asked order requests runs shown status told"),
    },
    "accept-shown-declined": at(RUNNING_ONES, "shown"),
    "asks-twice": at(ASKED_ONES, "asked order"),
    "reuses-request-ids": at("connection", "ids"),
    "ignores-decline": at(("decline", "elsewhere"), "runs shown told"),
    "decline-kills-turn": at(("decline", "elsewhere"), "status requests told"),
    "decline-untold": at(("decline", "elsewhere"), "told"),
    "decline-shown-completed": at(("decline", "elsewhere"), "shown"),
    "ignores-cancel": at("cancel", "runs status shown requests told"),
    "cancel-continues": at("cancel", "status requests told"),
    "forgets-session-grant": at("session", "asked order"),
    "grants-everything": at("session", "asked order"),
    "leaks-session-grant": at("elsewhere", f"{ASKING} runs shown told"),
    "payload-without-cwd": at(ASKED_ONES, "members"),
    "payload-without-command": at(ASKED_ONES, "members"),
    "payload-without-reason": {
        **at((*ESCALATED_ONES, "denied"), "members reason"),
        **at("unsafe", "members"),
    },
    "payload-without-actions": at(ASKED_ONES, "members"),
    "payload-wrong-item": at(ASKED_ONES, "item"),
    "payload-wrong-thread": at(ASKED_ONES, "thread"),
    "payload-wrong-turn": at(ASKED_ONES, "turn"),
    "never-resolves": at(ASKED_ONES, "order settled"),
    "resolves-another": at(ASKED_ONES, "settled"),
    "completes-another": at((*RUNNING_ONES, "decline", "cancel", "elsewhere"), "same"),
    "asks-before-started": at((*ESCALATED_ONES, "unsafe"), "order"),
    "completes-before-answer": {
        **at(ACCEPTED_ONES, "order"),
        **at(("decline", "cancel", "elsewhere"), "order shown"),
    },
    "resolved-after-completed": at(ASKED_ONES, "order"),
    "never-asks-for-plain": at("never-plain", f"{ASKING} runs shown told"),
    "never-refuses-plain": at("never-plain", "order shown told"),
    "on-request-refuses-plain": at("plain", "order shown told"),
    "never-asks-anyway": at("never", f"{ASKING} runs shown told"),
    "never-runs-escalated": at("never", "runs shown told order"),
    "on-request-always-asks": at("plain", f"{ASKING} runs shown told"),
    "on-request-loses-justification": at(ESCALATED_ONES, "reason"),
    "on-failure-asks-first": {**at("denied", "reason"), **at("failing", ASKING)},
    "on-failure-never-asks": at("denied", f"{ASKING} runs shown told"),
    "on-failure-asks-for-any-failure": at("failing", ASKING),
    "untrusted-trusts-all": at("unsafe", f"{ASKING} runs shown told"),
    "untrusted-asks-for-safe": at("safe", ASKING),
}


def observe(server: Server, stub: Stub, scenario: Scenario, cwd: Path) -> Observation:
    """Play one scenario in a new thread, and note what was to be seen."""
    log = cwd / "log"

    def runs() -> int:
        return len(log.read_text().splitlines()) if log.exists() else 0

    before, early = runs(), []

    def answer(message: Message) -> Message:
        server.fence()  # all that the server does unasked has been done when it is answered
        early.append(runs() - before)
        server.log.append({"method": "answer"})
        return {"result": {"decision": scenario.decision}}

    escalation = ESCALATED if scenario.escalated else {}
    stub.replies.clear()
    stub.requests.clear()
    stub.replies += [call((f"c{n}", c), **escalation) for n, c in enumerate(scenario.commands)]
    stub.replies.append(say("done"))
    mark = len(server.log)
    thread_id = server.thread(approvalPolicy=scenario.policy, cwd=str(cwd))
    ended = server.turn(thread_id, answer)
    server.fence()
    heard = server.log[mark:]
    asked = [message["params"] for message in heard if message.get("method") == APPROVAL]
    shown = [i for i in map(command_shown, heard) if i is not None]
    outputs = [i["output"] for i in stub.requests[-1]["input"] if i["type"].endswith("_output")]
    started = {item["id"] for kind, item in shown if kind == "item/started"}
    return {
        "asked": len(asked),
        "early": early[:1],
        "runs": runs() - before,
        "status": ended["status"],
        "shown": [item["status"] for kind, item in shown if kind == "item/completed"],
        "requests": len(stub.requests),
        "told": [gist(output) for output in outputs],
        "order": [step for step in map(milestone, heard) if step],
        "members": sorted(asked[0]) if asked else [],
        "reason": [params.get("reason") for params in asked[:1]],
        "item": all(params["itemId"] in started for params in asked),
        "thread": all(params["threadId"] == thread_id for params in asked),
        "turn": all(params["turnId"] == ended["id"] for params in asked),
        "settled": settled(heard),
        "same": {i["id"] for kind, i in shown if kind == "item/completed"} <= started,
    }


def settled(heard: list[Message]) -> bool:
    """Say whether what is reported as settled is what was asked."""
    asked = [message["id"] for message in heard if message.get("method") == APPROVAL]
    told = [m["params"]["requestId"] for m in heard if m.get("method") == "serverRequest/resolved"]
    return asked == told


def command_shown(message: Message) -> tuple[str, dict[str, Any]] | None:
    item = message.get("params", {}).get("item", {})
    return (message["method"], item) if item.get("type") == "commandExecution" else None


def milestone(message: Message) -> str:
    """Name the message if it is one of those whose order matters."""
    method = str(message.get("method"))
    if command_shown(message) is not None:
        return method.removeprefix("item/")
    return MILESTONES.get(method, "")


def gist(output: str) -> str:
    """Say what the model was told, without times."""
    if "Output:\n" not in output:
        return output
    status = output.split("code ")[1].split("\n")[0]
    return f"{status}: {output.split('Output:', 1)[1]}"


def play(server: Server, stub: Stub) -> dict[str, Observation]:
    """Play all scenarios on one server, one after the other."""
    seen: dict[str, Observation] = {}
    for name, scenario in SCENARIOS.items():
        cwd = server.cwd / ("session" if name == "elsewhere" else name)
        cwd.mkdir(exist_ok=True)
        seen[name] = observe(server, stub, scenario, cwd)
    ids = [message["id"] for message in server.log if message.get("method") == APPROVAL]
    seen["connection"] = {"ids": ids == list(range(len(ids)))}
    return seen


def differences(
    correct: dict[str, Observation], other: dict[str, Observation]
) -> dict[str, set[str]]:
    """Give, by scenario, the names of what differs."""
    found = {
        scenario: {key for key in seen if seen[key] != other[scenario][key]}
        for scenario, seen in correct.items()
    }
    return {scenario: keys for scenario, keys in found.items() if keys}


@pytest.fixture(scope="module")
def correct(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Observation]:
    """Play all scenarios on the correct server."""
    folder = tmp_path_factory.mktemp("correct")
    stub = Stub()
    try:
        server = Server(make_home(folder / "home", stub), folder)
        try:
            server.initialize()
            return play(server, stub)
        finally:
            server.close()
    finally:
        stub.close()


def test_every_variant_that_is_judged_here_is_there_and_differs() -> None:
    assert EXPECTED.keys() <= VARIANTS.keys()
    assert all(EXPECTED.values())


@pytest.mark.parametrize("name", EXPECTED)
def test_a_variant_differs_in_its_defect_and_in_nothing_else(
    name: str, start: Callable[..., Server], stub: Stub, correct: dict[str, Observation]
) -> None:
    found = differences(correct, play(start("--variant", name), stub))
    assert {at: keys - RACES.get(name, set()) for at, keys in found.items()} == EXPECTED[name]


def test_the_correct_server_does_not_differ_from_itself(
    start: Callable[..., Server], stub: Stub, correct: dict[str, Observation]
) -> None:
    assert differences(correct, play(start(), stub)) == {}


def test_a_defect_is_one_sentence() -> None:
    for variant in VARIANTS.values():
        assert variant.defect.endswith(".")
        assert "\n" not in variant.defect
