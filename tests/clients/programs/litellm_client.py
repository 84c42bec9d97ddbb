"""LiteLLM: a streamed completion with a tool, over Chat Completions or the Responses API."""

from __future__ import annotations

import sys

import litellm
from weather import (
    DESCRIPTION,
    NAME,
    PARAMETERS,
    QUESTION,
    Understood,
    base_url,
    call,
    get_weather,
    report,
)

FUNCTION = {"name": NAME, "description": DESCRIPTION, "parameters": PARAMETERS}
WHERE = {"api_base": base_url(), "api_key": "unused", "max_retries": 0}


def over_chat(seen: Understood) -> None:
    messages = [{"role": "user", "content": QUESTION}]
    given, taken = 0, 0
    while True:
        chunks = list(
            litellm.completion(
                model="openai/gpt-4o",
                messages=messages,
                tools=[{"type": "function", "function": FUNCTION}],
                stream=True,
                stream_options={"include_usage": True},
                **WHERE,
            )
        )
        whole = litellm.stream_chunk_builder(chunks, messages=messages)
        given += whole.usage.prompt_tokens
        taken += whole.usage.completion_tokens
        message = whole.choices[0].message
        messages.append(message.model_dump(exclude_none=True))
        for one in message.tool_calls or []:
            made = call(one.function.name, one.function.arguments)
            seen.calls.append(made)
            output = get_weather(**made["arguments"])
            messages.append({"role": "tool", "tool_call_id": one.id, "content": output})
        if not message.tool_calls:
            deltas = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
            seen.text, seen.final = "".join(deltas), message.content or ""
            seen.tokens = [given, taken]
            return


def over_responses(seen: Understood) -> None:
    history = [{"role": "user", "content": QUESTION}]
    given, taken = 0, 0
    while True:
        text, final = "", None
        for event in litellm.responses(
            model="openai/gpt-4o",
            input=history,
            tools=[{"type": "function", **FUNCTION, "strict": True}],
            stream=True,
            **WHERE,
        ):
            if event.type == "response.output_text.delta":
                text += event.delta
            if event.type == "response.completed":
                final = event.response
        given += final.usage.input_tokens
        taken += final.usage.output_tokens
        calls = [item for item in final.output if item.type == "function_call"]
        for one in calls:
            made = call(one.name, one.arguments)
            seen.calls.append(made)
            history.append(
                {
                    "type": "function_call",
                    "call_id": one.call_id,
                    "name": one.name,
                    "arguments": one.arguments,
                }
            )
            output = get_weather(**made["arguments"])
            history.append(
                {"type": "function_call_output", "call_id": one.call_id, "output": output}
            )
        if not calls:
            seen.text, seen.tokens = text, [given, taken]
            seen.final = final.output[-1].content[0].text
            return


def main() -> None:
    seen = Understood()
    litellm.suppress_debug_info = True
    (over_responses if sys.argv[2] == "responses" else over_chat)(seen)
    report(seen)


main()
