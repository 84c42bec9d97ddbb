"""Pydantic AI: a streamed run with a tool, over either API."""

from __future__ import annotations

import asyncio
import sys

from openai import AsyncOpenAI, DefaultAsyncHttpxClient
from pydantic_ai import Agent
from pydantic_ai.messages import ToolCallPart
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider
from weather import QUESTION, Understood, base_url, call, get_weather, report


async def main() -> None:
    seen = Understood()
    http = DefaultAsyncHttpxClient(trust_env=False)
    client = AsyncOpenAI(base_url=base_url(), api_key="unused", max_retries=0, http_client=http)
    kind = OpenAIResponsesModel if sys.argv[2] == "responses" else OpenAIChatModel
    agent = Agent(kind("any", provider=OpenAIProvider(openai_client=client)), tools=[get_weather])
    async with agent.run_stream(QUESTION) as run:
        async for delta in run.stream_text(delta=True, debounce_by=None):
            seen.text += delta
        seen.final = await run.get_output()
        used = run.usage
        used = used() if callable(used) else used
        seen.tokens = [used.input_tokens, used.output_tokens]
        for message in run.all_messages():
            for part in message.parts:
                if isinstance(part, ToolCallPart):
                    seen.calls.append(call(part.tool_name, part.args))
    report(seen)


asyncio.run(main())
