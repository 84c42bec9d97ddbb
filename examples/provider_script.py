"""A script for the mock provider, in Python and in a file: the `openai` SDK talks with both.

Run it with `python examples/provider_script.py`. Nothing leaves the machine, and no key is needed.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from seatrial_provider import (
    Intent,
    Provider,
    RecordedRequest,
    call_tool,
    reply,
    reply_with,
    say,
    when_instructions,
    when_tool_output,
    when_user_text,
)

FILE = Path(__file__).with_suffix(".yaml")
NUMBERS = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}
ADD = {"type": "function", "name": "add", "parameters": NUMBERS, "strict": False}


def sum_up(request: RecordedRequest) -> Intent:
    (call_id,) = request.call_ids()
    return say(f"The sum is {request.function_call_output_text(call_id)}.")


async def talk(client: AsyncOpenAI) -> str:
    """Asks for a title, then for a sum, and runs the tool that the model calls."""
    title = await client.responses.create(
        model="any", instructions="Name this chat", input="add 2 and 3"
    )
    conversation: list = [{"role": "user", "content": "add 2 and 3"}]
    asked = await client.responses.create(model="any", input=conversation, tools=[ADD])
    call = asked.output[0]
    result = sum(json.loads(call.arguments).values())
    conversation += [
        call.model_dump(),
        {"type": "function_call_output", "call_id": call.call_id, "output": str(result)},
    ]
    done = await client.responses.create(model="any", input=conversation, tools=[ADD])
    return f"{title.output_text}: {done.output_text}"


async def main() -> None:
    async with Provider() as provider, DefaultAsyncHttpxClient(trust_env=False) as http:
        provider.script(
            reply(say("A title"), when=when_instructions("Name this chat"), permanent=True),
            reply(call_tool("add", {"a": 2, "b": 3}), when=when_user_text("add")),
            reply_with(sum_up, when=when_tool_output()),
        )
        client = AsyncOpenAI(base_url=provider.base_url, api_key="unused", http_client=http)
        print("in Python:", await talk(client))
        assert provider.verify() == []
    async with Provider() as provider, DefaultAsyncHttpxClient(trust_env=False) as http:
        gate = provider.script_file(FILE).gates["before the call"]
        gate.release()
        client = AsyncOpenAI(base_url=provider.base_url, api_key="unused", http_client=http)
        print("in a file:", await talk(client))
        print("attempts:", [request.attempt for request in provider.requests])
        assert provider.verify() == []


if __name__ == "__main__":
    asyncio.run(main())
