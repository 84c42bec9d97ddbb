"""LangChain's `ChatOpenAI`: streams with a bound tool, over either API."""

from __future__ import annotations

import sys

import httpx
from langchain_core.messages import AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from weather import QUESTION, Understood, base_url, call, get_weather, report


def main() -> None:
    seen = Understood()
    model = ChatOpenAI(
        model="any",
        base_url=base_url(),
        api_key="unused",
        max_retries=0,
        stream_usage=True,
        use_responses_api=sys.argv[2] == "responses",
        http_client=httpx.Client(trust_env=False),
    ).bind_tools([tool(get_weather)])
    messages = [HumanMessage(QUESTION)]
    given, taken = 0, 0
    while True:
        whole = None
        text = ""
        for chunk in model.stream(messages):
            assert isinstance(chunk, AIMessageChunk)
            text += chunk.text
            whole = chunk if whole is None else whole + chunk
        given += whole.usage_metadata["input_tokens"]
        taken += whole.usage_metadata["output_tokens"]
        messages.append(whole)
        for one in whole.tool_calls:
            seen.calls.append(call(one["name"], one["args"]))
            messages.append(ToolMessage(get_weather(**one["args"]), tool_call_id=one["id"]))
        if not whole.tool_calls:
            seen.text, seen.final, seen.tokens = text, whole.text, [given, taken]
            break
    report(seen)


main()
