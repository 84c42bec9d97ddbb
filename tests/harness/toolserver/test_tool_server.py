"""The tool server, spoken to over its relay as a server under test speaks to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest

from seatrial.toolserver import FORMS, TOOLS, NotRecorded, ToolServer, tool_server

Message = dict[str, Any]
BOTH: Message = {"elicitation": {"form": {}, "url": {}}}
BOUND = 60


class Client:
    """A client of the protocol that answers what it is asked by a function."""

    def __init__(self, tools: ToolServer, process: asyncio.subprocess.Process) -> None:
        self.tools = tools
        self.asked: list[Message] = []
        self.notified: list[Message] = []
        self._process = process
        self._last = 0

    def send(self, message: Message) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")

    async def receive(self) -> Message:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        message: Message = json.loads(line)
        return message

    def begin(self, method: str, params: Message) -> int:
        self._last += 1
        self.send({"id": self._last, "method": method, "params": params})
        return self._last

    async def request(
        self, method: str, params: Message, answer: Callable[[Message], Message] | None = None
    ) -> Message:
        mine = self.begin(method, params)
        while True:
            message = await self.receive()
            if "method" in message and "id" in message:
                self.asked.append(message["params"])
                assert answer is not None
                self.send({"id": message["id"], **answer(message["params"])})
            elif "method" in message:
                self.notified.append(message)
            elif message["id"] == mine:
                return message

    async def call(
        self,
        tool: str,
        answer: Callable[[Message], Message] | None = None,
        meta: Message | None = None,
        **arguments: Any,
    ) -> Message:
        params: Message = {"name": tool, "arguments": arguments}
        if meta is not None:
            params["_meta"] = meta
        return await self.request("tools/call", params, answer)

    async def shake_hands(self, capabilities: Message) -> None:
        client = {"name": "tester", "version": "1"}
        hello = {"protocolVersion": "2025-11-25", "capabilities": capabilities}
        await self.request("initialize", {**hello, "clientInfo": client})
        self.send({"method": "notifications/initialized"})


@asynccontextmanager
async def connected(capabilities: Message) -> AsyncIterator[Client]:
    async with tool_server() as tools:
        process = await asyncio.create_subprocess_exec(
            *tools.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 20,
        )
        client = Client(tools, process)
        try:
            await client.shake_hands(capabilities)
            yield client
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()


def talk(
    scene: Callable[[Client], Coroutine[Any, Any, None]], capabilities: Message = BOTH
) -> None:
    """Plays a scene against a tool server of its own, within a bound."""

    async def played() -> None:
        async with asyncio.timeout(BOUND), connected(capabilities) as client:
            await scene(client)

    asyncio.run(played())


def events(client: Client) -> list[str]:
    return [record.event for record in client.tools.journal.records]


def accepting(params: Message) -> Message:
    """Accepts with what fits the form that is asked by."""
    fits = next(form.fits for form in FORMS.values() if form.message == params["message"])
    return {"result": {"action": "accept", "content": fits}}


def test_every_form_is_asked_by_as_it_is_and_takes_what_fits_it() -> None:
    async def scene(client: Client) -> None:
        for name, form in FORMS.items():
            answer = await client.call("ask", accepting, form=name)
            said = answer["result"]["structuredContent"]
            assert client.asked[-1]["requestedSchema"] == form.schema
            assert said == {
                "accepted": True,
                "answers": [{"action": "accept", "content": form.fits}],
            }

    talk(scene)


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        ({"result": {"action": "accept", "content": {"name": 1}}}, "answered"),
        ({"result": {"action": "accept", "content": {"name": "ok", "more": 1}}}, "answered"),
        ({"result": {"action": "accept"}}, "answered"),
        ({"result": {"action": "perhaps"}}, "unusable"),
        ({"error": {"code": -32000, "message": "no"}}, "refused"),
    ],
)
def test_what_is_no_acceptance_is_never_taken_for_one(answer: Message, event: str) -> None:
    async def scene(client: Client) -> None:
        result = (await client.call("ask", lambda _: answer, form="name"))["result"]
        assert result["isError"] is True
        assert events(client)[-2:] == [event, "returned"]

    talk(scene)


def test_a_refusal_is_given_back_as_what_it_is() -> None:
    async def scene(client: Client) -> None:
        for action in ("decline", "cancel"):
            result = {"result": {"action": action}}
            answer = await client.call("ask_url", partial(lambda said, _: said, result))
            said = answer["result"]["structuredContent"]
            assert said == {"accepted": False, "answers": [{"action": action}]}

    talk(scene)


@pytest.mark.parametrize(
    ("tool", "capabilities"), [("ask", {}), ("ask_url", {}), ("ask_url", {"elicitation": {}})]
)
def test_a_client_that_cannot_be_asked_is_not_asked(tool: str, capabilities: Message) -> None:
    async def scene(client: Client) -> None:
        answer = await client.call(tool)
        assert answer["result"]["isError"] is True
        assert (client.asked, events(client)[-2]) == ([], "unasked")

    talk(scene, capabilities)


def test_two_questions_come_one_after_the_other_or_both_at_once() -> None:
    async def scene(client: Client) -> None:
        await client.call("ask_twice", accepting, form="name")
        assert len(client.asked) == 2
        mine = client.begin("tools/call", {"name": "ask_both", "arguments": {}})
        both = [await client.receive(), await client.receive()]
        for one in reversed(both):
            client.send({"id": one["id"], **accepting(one["params"])})
        answer = await client.receive()
        assert (answer["id"], answer["result"]["isError"]) == (mine, False)

    talk(scene)


def test_a_call_waits_for_its_gate_and_a_cancellation_is_noted() -> None:
    async def scene(client: Client) -> None:
        waiting = client.begin("tools/call", {"name": "wait", "arguments": {"gate": "g"}})
        journal = client.tools.journal
        await journal.wait_for(lambda one: one.event == "waiting", what="the call")
        client.send({"method": "notifications/cancelled", "params": {"requestId": waiting}})
        await journal.wait_for(lambda one: one.event == "cancelled", what="the cancellation")
        await client.call("open", gate="g")
        assert (await client.call("wait", gate="g"))["result"]["isError"] is False

    talk(scene)


def test_the_other_tools_fail_give_and_report() -> None:
    async def scene(client: Client) -> None:
        assert (await client.call("fail"))["result"]["isError"] is True
        assert (await client.call("refuse"))["error"]["code"] == -32603
        assert len((await client.call("large", bytes=70_000))["result"]["content"][0]["text"]) == (
            70_000
        )
        assert (await client.call("structured"))["result"]["structuredContent"]["fish"]
        await client.call("progress", meta={"progressToken": "p"}, steps=2)
        assert [one["params"]["progress"] for one in client.notified] == [1, 2]
        echoed = (await client.call("echo", meta={"x": 1}, text="hello"))["result"]
        assert echoed["structuredContent"] == {"_meta": {"x": 1}}
        assert echoed["_meta"] == {"seatrial/kept": {"depth": 3}}

    talk(scene)


def test_a_call_that_does_not_fit_its_tool_is_refused() -> None:
    async def scene(client: Client) -> None:
        assert (await client.call("echo"))["result"]["isError"] is True
        assert (await client.call("ask", form="no such form"))["result"]["isError"] is True
        assert (await client.call("no-such-tool"))["error"]["code"] == -32602

    talk(scene)


def test_every_tool_is_listed_with_what_it_takes() -> None:
    async def scene(client: Client) -> None:
        listed = (await client.request("tools/list", {}))["result"]["tools"]
        assert {tool["name"]: tool["inputSchema"] for tool in listed} == {
            name: tool.schema for name, tool in TOOLS.items()
        }

    talk(scene)


def test_a_fence_returns_when_the_client_has_answered_a_ping() -> None:
    async def scene(client: Client) -> None:
        await client.request("tools/list", {})
        fence = asyncio.create_task(client.tools.fence())
        ping = await client.receive()
        assert (ping["method"], fence.done()) == ("ping", False)
        client.send({"id": ping["id"], "result": {}})
        await fence

    talk(scene)


def test_what_never_comes_is_an_error_that_says_what_was_waited_for() -> None:
    async def scene(client: Client) -> None:
        with pytest.raises(NotRecorded, match="an answer") as caught:
            await client.tools.journal.wait_for(
                lambda one: one.event == "answered", what="an answer", timeout=0.01
            )
        assert "connected" in caught.value.arrived

    talk(scene)
