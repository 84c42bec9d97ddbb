"""The Agents SDK: a streamed run with a tool, over either API."""

from __future__ import annotations

import asyncio
import sys

from agents import (
    Agent,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from openai import AsyncOpenAI, DefaultAsyncHttpxClient
from weather import QUESTION, Understood, base_url, call, get_weather, report


async def main() -> None:
    seen = Understood()
    set_tracing_disabled(True)
    http = DefaultAsyncHttpxClient(trust_env=False)
    client = AsyncOpenAI(base_url=base_url(), api_key="unused", max_retries=0, http_client=http)
    kind = OpenAIResponsesModel if sys.argv[2] == "responses" else OpenAIChatCompletionsModel
    agent = Agent(
        name="reporter",
        model=kind(model="any", openai_client=client),
        model_settings=ModelSettings(include_usage=True),
        tools=[function_tool(get_weather)],
    )
    run = Runner.run_streamed(agent, QUESTION)
    async for event in run.stream_events():
        if event.type == "raw_response_event":
            if event.data.type == "response.output_text.delta":
                seen.text += event.data.delta
        elif event.type == "run_item_stream_event" and event.name == "tool_called":
            raw = event.item.raw_item
            seen.calls.append(call(raw.name, raw.arguments))
    seen.final = run.final_output
    used = run.context_wrapper.usage
    seen.tokens = [used.input_tokens, used.output_tokens]
    report(seen)


asyncio.run(main())
