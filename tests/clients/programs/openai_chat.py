"""The `openai` SDK with Chat Completions: streams, runs the tool, asks again."""

from __future__ import annotations

from openai import DefaultHttpxClient, OpenAI
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

TOOL = {
    "type": "function",
    "function": {"name": NAME, "description": DESCRIPTION, "parameters": PARAMETERS},
}


def main() -> None:
    seen = Understood()
    http = DefaultHttpxClient(trust_env=False)
    client = OpenAI(base_url=base_url(), api_key="unused", max_retries=0, http_client=http)
    messages = [{"role": "user", "content": QUESTION}]
    given, taken = 0, 0
    while True:
        text = ""
        with client.chat.completions.stream(
            model="any", messages=messages, tools=[TOOL], stream_options={"include_usage": True}
        ) as stream:
            for event in stream:
                if event.type == "content.delta":
                    text += event.delta
            final = stream.get_final_completion()
        given += final.usage.prompt_tokens
        taken += final.usage.completion_tokens
        message = final.choices[0].message
        calls = message.tool_calls or []
        messages.append(
            {
                "role": "assistant",
                "content": message.content,
                "tool_calls": [
                    {
                        "id": one.id,
                        "type": "function",
                        "function": {
                            "name": one.function.name,
                            "arguments": one.function.arguments,
                        },
                    }
                    for one in calls
                ],
            }
        )
        for one in calls:
            made = call(one.function.name, one.function.arguments)
            seen.calls.append(made)
            output = get_weather(**made["arguments"])
            messages.append({"role": "tool", "tool_call_id": one.id, "content": output})
        if not calls:
            seen.text, seen.final, seen.tokens = text, message.content or "", [given, taken]
            break
    report(seen)


main()
