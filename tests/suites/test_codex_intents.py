"""Each intent is understood by a real Codex: what the call came to is in its next request."""

from __future__ import annotations

import asyncio
import base64
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from seatrial.conformance.trial import Trial, open_trial
from seatrial.dialects.port import Policy, Sandbox
from seatrial.journal import Direction, Entry
from seatrial.peer import Peer
from seatrial.servers import ServerUnderTest, resolve
from seatrial_provider import (
    Intent,
    Option,
    Permissions,
    PlanStep,
    Question,
    RecordedRequest,
    Reply,
    add_file,
    ask_user,
    call_mcp_tool,
    call_tool,
    change_files,
    delete_file,
    message_agent,
    refuse,
    reply,
    request_permissions,
    run_command,
    say,
    search_tools,
    search_web,
    send_input,
    spawn_agent,
    think,
    update_file,
    update_plan,
    view_image,
    wait_for_agents,
    when_user_text,
)

pytestmark = pytest.mark.codex

JsonObject = dict[str, Any]

PINNED = "codex@0.163.0"
IMAGE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
MCP_SERVER = Path(__file__).with_name("echoing_mcp_server.py")


def granted(params: JsonObject) -> JsonObject:
    return {"permissions": params["permissions"], "scope": "turn"}


def first_option(params: JsonObject) -> JsonObject:
    chosen = {one["id"]: {"answers": [one["options"][0]["label"]]} for one in params["questions"]}
    return {"answers": chosen}


ANSWERS: dict[str, Callable[[JsonObject], JsonObject]] = {
    "item/commandExecution/requestApproval": lambda _: {"decision": "accept"},
    "item/fileChange/requestApproval": lambda _: {"decision": "accept"},
    "item/permissions/requestApproval": granted,
    "item/tool/requestUserInput": first_option,
}
"""How the user answers what the server asks: yes to everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a turn.

    Attributes:
        last: The last request that the model got.
        messages: What the server sent to its client.
        files: The texts of the files in the workspace, by their paths in it.
    """

    last: RecordedRequest
    messages: list[JsonObject]
    files: Mapping[str, str]

    def output(self, number: int = 1) -> str:
        """Returns what came back of the call in one of the replies, as text."""
        return self.last.function_call_output_text(f"call_{number:04d}_0")

    def params(self, method: str) -> list[JsonObject]:
        """Returns the params of the messages of a method."""
        return [one["params"] for one in self.messages if one.get("method") == method]

    def items(self, type_: str) -> list[JsonObject]:
        """Returns the items of a type that were reported as completed."""
        items = [params["item"] for params in self.params("item/completed")]
        return [item for item in items if item["type"] == type_]


class Play(Protocol):
    """Plays a turn in which the model wants one thing after the other."""

    def __call__(
        self,
        *wanted: Reply | Intent | tuple[Intent, ...],
        model: str = ...,
        sandbox: Sandbox = ...,
    ) -> Played: ...


def configured(model: str) -> ServerUnderTest:
    """Returns the pinned Codex with a model, a plan tool and an MCP server."""
    server = resolve(PINNED)
    config = server.profile.files["config.toml"].replace('"mock-model"', f'"{model}"', 1)
    lines = [
        "[tools.update_plan]",
        "enabled = true",
        "[mcp_servers.tiny]",
        f"command = '{sys.executable}'",
        f"args = ['{MCP_SERVER}']",
    ]
    files = {**server.profile.files, "config.toml": config + "\n".join(lines) + "\n"}
    return replace(server, profile=server.profile.model_copy(update={"files": files}))


@dataclass(slots=True)
class User:
    """Answers each request of the server's, and keeps what it sent."""

    peer: Peer
    messages: list[JsonObject] = field(default_factory=list)

    def look(self, entry: Entry) -> None:
        if entry.direction is not Direction.SERVER or "method" not in entry.raw:
            return
        self.messages.append(entry.raw)
        if entry.is_request():
            answer = ANSWERS[entry.raw["method"]](entry.raw["params"])
            asyncio.get_running_loop().call_soon(self.peer.respond, entry, answer)


def ended(entry: Entry, thread: str) -> Entry | None:
    """Returns the entry if a turn of this thread ended with it; agents have other threads."""
    over = entry.is_notification("turn/completed") and entry.raw["params"]["threadId"] == thread
    return entry if over else None


async def turn(trial: Trial, sandbox: Sandbox) -> list[JsonObject]:
    """Plays one turn to its end, and returns what the server sent in it."""
    async with trial.agent() as agent:
        user = User(agent.peer)
        stop = trial.journal.listen(user.look)
        conversation = await agent.start(
            cwd=trial.workspace, policy=Policy.ON_REQUEST, sandbox=sandbox
        )
        await conversation.send("go")
        await agent.peer.wait_for("the turn to end", lambda one: ended(one, conversation.id))
        stop()
    return user.messages


def as_reply(wanted: Reply | Intent | tuple[Intent, ...]) -> Reply:
    if isinstance(wanted, Reply):
        return wanted
    return reply(*wanted) if isinstance(wanted, tuple) else reply(wanted)


@pytest.fixture
def play() -> Play:
    async def main(wanted: tuple[Any, ...], server: ServerUnderTest, sandbox: Sandbox) -> Played:
        async with open_trial(server, "app_v2") as trial:
            trial.workspace.joinpath("old.txt").write_text("one\ntwo\n", "utf-8")
            trial.workspace.joinpath("image.png").write_bytes(IMAGE)
            trial.model(*map(as_reply, wanted), reply(say("done")))
            messages = await turn(trial, sandbox)
            assert trial.provider.verify() == []
            texts = {
                str(path.relative_to(trial.workspace)): path.read_text("utf-8")
                for path in trial.workspace.rglob("*.txt")
            }
            return Played(last=trial.provider.requests[-1], messages=messages, files=texts)

    def run(
        *wanted: Any,
        model: str = "mock-model",
        sandbox: Sandbox = Sandbox.FULL_ACCESS,
    ) -> Played:
        return asyncio.run(main(wanted, configured(model), sandbox))

    return run


def test_a_command_is_run_where_it_is_meant_to(play: Play) -> None:
    played = play(run_command("pwd", workdir="/"), run_command("echo made > made.txt"))
    assert played.output(1).endswith("Output:\n/\n")
    assert played.files["made.txt"] == "made\n"


def test_a_command_has_a_terminal_if_it_wants_one(play: Play) -> None:
    ask = "test -t 1 && echo terminal || echo pipe"
    played = play(run_command(ask, tty=True), run_command(ask))
    assert "terminal" in played.output(1)
    assert "pipe" in played.output(2)


def test_an_escalated_command_is_asked_for_in_its_own_words(play: Play) -> None:
    wanted = run_command(
        "touch made.txt", escalated=True, justification="why not", prefix_rule=["touch"]
    )
    played = play(wanted, sandbox=Sandbox.READ_ONLY)
    (asked,) = played.params("item/commandExecution/requestApproval")
    assert asked["reason"] == "why not"
    assert asked["proposedExecpolicyAmendment"] == ["touch"]
    assert "made.txt" in played.files


def test_input_reaches_a_command_that_is_still_running(play: Play) -> None:
    played = play(
        run_command("read line; echo got $line", tty=True, yield_time_ms=250, call_id="reading"),
        send_input("reading", "this\n", yield_time_ms=10_000),
    )
    assert "got this" in played.output(2)


@pytest.mark.parametrize("model", ["mock-model", "gpt-5.5", "gpt-6-sol"])
def test_files_are_changed(model: str, play: Play) -> None:
    played = play(
        change_files(
            [
                add_file("sub/new.txt", "three\n"),
                update_file("old.txt", "@@\n-one\n+ONE\n two\n", move_to="moved.txt"),
            ]
        ),
        change_files([delete_file("sub/new.txt")]),
        model=model,
    )
    assert played.files == {"moved.txt": "ONE\ntwo\n"}
    assert [one["status"] for one in played.items("fileChange")] == ["completed", "completed"]


def test_the_user_is_asked_and_answers(play: Play) -> None:
    question = Question("Go on?", options=[Option("Yes", "on"), Option("No", "stop")], id="go")
    played = play(ask_user([question]))
    (asked,) = played.params("item/tool/requestUserInput")
    assert asked["questions"][0]["question"] == "Go on?"
    assert '"go":{"answers":["Yes"]}' in played.output()


def test_permissions_are_asked_for_and_granted(play: Play) -> None:
    wanted = Permissions(write=["/somewhere"], network=True)
    played = play(request_permissions(wanted, reason="why"))
    (asked,) = played.params("item/permissions/requestApproval")
    assert asked["reason"] == "why"
    assert asked["permissions"]["fileSystem"]["write"] == ["/somewhere"]
    assert '"network":{"enabled":true}' in played.output()


def test_the_plan_is_told(play: Play) -> None:
    steps = [PlanStep("look", "completed"), PlanStep("act")]
    (told,) = play(update_plan(steps, explanation="why")).params("turn/plan/updated")
    assert told["explanation"] == "why"
    assert [(one["step"], one["status"]) for one in told["plan"]] == [
        ("look", "completed"),
        ("act", "pending"),
    ]


def test_an_image_is_looked_at(play: Play) -> None:
    played = play(view_image("image.png"))
    (part,) = played.last.function_call_output("call_0001_0")["output"]
    assert part["image_url"] == f"data:image/png;base64,{base64.b64encode(IMAGE).decode()}"


def test_a_tool_of_an_mcp_server_is_called(play: Play) -> None:
    assert "echo: hello" in play(call_mcp_tool("tiny", "echo", {"text": "hello"})).output()


def test_a_tool_is_found_by_a_search_and_then_called(play: Play) -> None:
    hello = call_mcp_tool("tiny", "echo", {"text": "hello"})
    assert "echo: hello" in play(search_tools("echo"), hello, model="gpt-5.5").output(2)


def test_any_tool_is_called_by_its_name(play: Play) -> None:
    assert '"server":"tiny"' in play(call_tool("list_mcp_resources", {"server": "tiny"})).output()


def test_what_needs_no_tool_is_shown_as_it_was_said(play: Play) -> None:
    thoughts = think("a summary", raw="all of it", encrypted="c2VjcmV0")
    deltas = ["in ", "just these", " pieces"]
    words = (thoughts, search_web("weather"), refuse("no"), say("".join(deltas), deltas=deltas))
    played = play((*words, run_command("true")))
    assert played.items("reasoning")[0]["summary"] == ["a summary"]
    assert played.items("reasoning")[0]["content"] == ["all of it"]
    assert played.items("webSearch")[0]["query"] == "weather"
    told = [one["delta"] for one in played.params("item/agentMessage/delta")]
    assert told[:3] == deltas


def test_several_calls_at_once_are_all_answered(play: Play) -> None:
    played = play((run_command("echo one"), run_command("echo two"), update_plan([])))
    outputs = [played.last.function_call_output_text(f"call_0001_{index}") for index in range(3)]
    assert "one" in outputs[0]
    assert "two" in outputs[1]
    assert outputs[2] == "Plan updated"


def test_an_agent_is_started_and_told_more_and_waited_for(play: Play) -> None:
    played = play(
        reply(say("first answer"), when=when_user_text("child task")),
        reply(say("second answer"), when=when_user_text("more to do")),
        spawn_agent("child task", call_id="child"),
        wait_for_agents(["child"], timeout_ms=60_000),
        message_agent("child", "more to do"),
        wait_for_agents(["child"], timeout_ms=60_000),
    )
    assert "first answer" in played.output(4)
    assert "second answer" in played.output(6)


def test_in_code_mode_tools_are_called_by_a_program(play: Play) -> None:
    played = play(
        run_command("read line; echo got $line", tty=True, yield_time_ms=250, call_id="reading"),
        send_input("reading", "this\n", yield_time_ms=10_000),
        view_image("image.png"),
        model="gpt-6-sol",
    )
    assert "got this" in played.output(2)
    assert played.items("imageView")
