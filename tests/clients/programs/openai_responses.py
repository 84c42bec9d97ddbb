"""The `openai` SDK with the Responses API: streams, runs the tool, asks again."""

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
    "name": NAME,
    "description": DESCRIPTION,
    "parameters": PARAMETERS,
    "strict": True,
}


def main() -> None:
    seen = Understood()
    http = DefaultHttpxClient(trust_env=False)
    client = OpenAI(base_url=base_url(), api_key="unused", max_retries=0, http_client=http)
    history = [{"role": "user", "content": QUESTION}]
    given, taken = 0, 0
    while True:
        calls = []
        text = ""
        with client.responses.stream(model="any", input=history, tools=[TOOL]) as stream:
            for event in stream:
                if event.type == "response.output_text.delta":
                    text += event.delta
                if event.type == "response.reasoning_summary_text.delta":
                    seen.reasoning += event.delta
            final = stream.get_final_response()
        given += final.usage.input_tokens
        taken += final.usage.output_tokens
        history += [item.model_dump(exclude={"parsed_arguments"}) for item in final.output]
        calls = [item for item in final.output if item.type == "function_call"]
        for one in calls:
            made = call(one.name, one.arguments)
            seen.calls.append(made)
            output = get_weather(**made["arguments"])
            history.append(
                {"type": "function_call_output", "call_id": one.call_id, "output": output}
            )
        if not calls:
            seen.text, seen.final, seen.tokens = text, final.output_text, [given, taken]
            break
    report(seen)


main()
