"""The `openai` SDK with structured output: the answer is parsed into a model, on both APIs."""

from __future__ import annotations

import sys

from openai import DefaultHttpxClient, OpenAI
from pydantic import BaseModel
from weather import QUESTION, Understood, base_url, report


class Weather(BaseModel):
    city: str
    degrees: int


def main() -> None:
    http = DefaultHttpxClient(trust_env=False)
    client = OpenAI(base_url=base_url(), api_key="unused", max_retries=0, http_client=http)
    if sys.argv[2] == "responses":
        with client.responses.stream(model="any", input=QUESTION, text_format=Weather) as stream:
            text = "".join(e.delta for e in stream if e.type == "response.output_text.delta")
            parsed = stream.get_final_response().output_parsed
    else:
        messages = [{"role": "user", "content": QUESTION}]
        with client.chat.completions.stream(
            model="any", messages=messages, response_format=Weather
        ) as stream:
            text = "".join(e.delta for e in stream if e.type == "content.delta")
            parsed = stream.get_final_completion().choices[0].message.parsed
    report(Understood(text=text, final=f"{parsed.city}: {parsed.degrees}"))


main()
