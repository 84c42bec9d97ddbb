"""The MCP server that is no agent: a tool that asks its client's user, and one that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from seatrial_reference.fronts.asking_form import FORM, misfit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference.conftest import Message, Server

ASK = "elicitation/create"
FITS = {"name": "squid", "count": 2}


@pytest.fixture
def tools(start: Callable[..., Server]) -> Callable[..., Server]:
    def shaken(capabilities: dict[str, Any] | None = None) -> Server:
        server = start(front="tool-server", handshake=False)
        server.result(
            "initialize",
            {
                "protocolVersion": "2025-06-18",
                "capabilities": {"elicitation": {}} if capabilities is None else capabilities,
                "clientInfo": {"name": "tester", "version": "1"},
            },
        )
        return server

    return shaken


def call(server: Server, call_id: Any, tool: str = "ask", **arguments: Any) -> None:
    params = {"name": tool, "arguments": arguments}
    server.send({"jsonrpc": "2.0", "id": call_id, "method": "tools/call", "params": params})


def asked(server: Server) -> Message:
    return server.until(lambda message: message.get("method") == ASK)


def answered(server: Server, call_id: Any) -> Message:
    found = server.until(lambda message: message.get("id") == call_id and "method" not in message)
    result: Message = found["result"]
    return result


def text(result: Message) -> str:
    return str(result["content"][0]["text"])


def test_it_lists_a_tool_that_asks_and_one_that_does_not(tools: Callable[..., Server]) -> None:
    listed = tools().result("tools/list", {})["tools"]
    assert [tool["name"] for tool in listed] == ["ask", "say"]
    assert all(tool["inputSchema"]["type"] == "object" for tool in listed)


@pytest.mark.parametrize(
    ("answer", "said", "failed"),
    [
        ({"result": {"action": "accept", "content": FITS}}, "accepted:", False),
        ({"result": {"action": "decline"}}, "the user chose: decline", False),
        ({"result": {"action": "cancel"}}, "the user chose: cancel", False),
        ({"result": {"action": "accept", "content": {"name": "squid"}}}, "count is missing", True),
        ({"result": {"action": "accept"}}, "the content is no object", True),
        ({"result": {"action": "perhaps"}}, "answer is none", True),
        ({"result": None}, "answer is none", True),
        ({"error": {"code": -32601, "message": "no"}}, "with an error", True),
    ],
)
def test_every_answer_ends_the_call(
    tools: Callable[..., Server], answer: Message, said: str, failed: bool
) -> None:
    server = tools()
    call(server, "c")
    question = asked(server)
    assert question["params"]["requestedSchema"] == FORM
    server.send({"jsonrpc": "2.0", "id": question["id"], **answer})
    result = answered(server, "c")
    assert said in text(result)
    assert result.get("isError", False) is failed


def test_of_two_questions_each_gets_its_own_answer(tools: Callable[..., Server]) -> None:
    server = tools()
    questions = []
    for call_id in ("first", "second"):
        call(server, call_id)
        questions.append(asked(server)["id"])
    assert len(set(questions)) == 2
    for question, action in zip(reversed(questions), ("decline", "cancel"), strict=True):
        server.send({"jsonrpc": "2.0", "id": question, "result": {"action": action}})
    assert text(answered(server, "second")).endswith("decline")
    assert text(answered(server, "first")).endswith("cancel")


def test_a_client_that_cannot_be_asked_is_told_so(tools: Callable[..., Server]) -> None:
    server = tools({})
    call(server, 7)
    result = answered(server, 7)
    assert result["isError"] is True
    assert not [one for one in server.log if one.get("method") == ASK]


def test_a_cancelled_call_is_not_answered_any_more(tools: Callable[..., Server]) -> None:
    server = tools()
    call(server, 1)
    question = asked(server)
    cancelled = {"method": "notifications/cancelled", "params": {"requestId": 1}}
    server.send({"jsonrpc": "2.0", **cancelled})
    accepted = {"action": "accept", "content": FITS}
    server.send({"jsonrpc": "2.0", "id": question["id"], "result": accepted})
    server.result("ping", {})
    assert not [one for one in server.log if one.get("id") == 1 and "content" in str(one)]


def test_a_call_without_a_question_is_answered_at_once(tools: Callable[..., Server]) -> None:
    server = tools()
    call(server, 1)
    asked(server)
    call(server, 2, "say", text="the sea is calm")
    assert text(answered(server, 2)) == "the sea is calm"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (FITS, ""),
        ({**FITS, "size": "l", "sure": True}, ""),
        ([], "the content is no object"),
        ({"count": 1}, "name is missing"),
        ({**FITS, "name": 3}, "name is no string"),
        ({**FITS, "name": ""}, "name is out of bounds"),
        ({**FITS, "name": "x" * 41}, "name is out of bounds"),
        ({**FITS, "count": True}, "count is no integer"),
        ({**FITS, "count": 0}, "count is out of bounds"),
        ({**FITS, "count": 10}, "count is out of bounds"),
        ({**FITS, "size": "xl"}, "size is none of the choices"),
        ({**FITS, "colour": "red"}, ""),
    ],
)
def test_content_is_held_against_the_form(content: Any, told: str) -> None:
    assert misfit(content) == told
