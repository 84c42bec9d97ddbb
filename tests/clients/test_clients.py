"""Real clients hold a streamed conversation with a tool call, and understand what was scripted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.clients.conftest import Client

from seatrial_provider import Provider, call_tool, reply, say

if TYPE_CHECKING:
    from tests.clients.conftest import Converse, Run

ANSWER = "It is 7 degrees in Oslo, and it will not rain: wear a coat: 🧥."
CITY = {"city": "Oslo"}
OUTPUT = "7 degrees in Oslo"


def _both(program: str) -> list[Client]:
    return [Client(program=program, api=api) for api in ("responses", "chat")]


CLIENTS = [
    Client(program="openai_responses.py", api="responses"),
    Client(program="openai_chat.py", api="chat"),
    *_both("openai_agents.py"),
    *_both("litellm_client.py"),
    *_both("langchain_openai_client.py"),
    *_both("pydantic_ai_client.py"),
    Client(program="openai_responses.mjs", api="responses"),
    Client(program="openai_chat.mjs", api="chat"),
    *_both("ai_sdk.mjs"),
]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("client", CLIENTS, ids=str)
def test_a_client_understands_what_the_script_said(
    client: Client, run: Run, converse: Converse
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(call_tool("get_weather", CITY)), reply(say(ANSWER)))
            understood = await converse(client, provider.base_url)
            assert understood["calls"] == [{"name": "get_weather", "arguments": CITY}]
            assert understood["text"] == ANSWER
            assert understood["final"] == ANSWER
            assert understood["tokens"] == _tokens(provider)
            first, second = provider.requests
            (call_id,) = first.emitted_call_ids()
            assert second.function_call_output_text(call_id) == OUTPUT
            assert [one.body_json()["stream"] for one in (first, second)] == [True, True]
            assert provider.verify() == []

    run(main())


@pytest.mark.timeout(120)
@pytest.mark.parametrize("client", _both("openai_parsed.py"), ids=str)
def test_structured_output_is_parsed(client: Client, run: Run, converse: Converse) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say('{"city": "Oslo", "degrees": 7}')))
            understood = await converse(client, provider.base_url)
            assert understood["text"] == '{"city": "Oslo", "degrees": 7}'
            assert understood["final"] == "Oslo: 7"
            assert provider.verify() == []

    run(main())


def _tokens(provider: Provider) -> list[int]:
    """Returns the tokens that the streams said were taken, input and output."""
    used: list[dict[str, Any]] = []
    for request in provider.requests:
        last = request.events[-1]
        used.append(last["response"]["usage"] if "response" in last else last["usage"])
    given = sum(one.get("input_tokens", one.get("prompt_tokens", 0)) for one in used)
    taken = sum(one.get("output_tokens", one.get("completion_tokens", 0)) for one in used)
    return [given, taken]
