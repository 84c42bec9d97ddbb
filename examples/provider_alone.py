"""The mock provider alone: the `openai` SDK streams a scripted reply from it, and it is printed.

Run it with `python examples/provider_alone.py`. Nothing leaves the machine, and no key is needed.
"""

from __future__ import annotations

import asyncio

from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from seatrial_provider import Provider, reply, say


async def main() -> None:
    async with Provider() as provider, DefaultAsyncHttpxClient(trust_env=False) as http:
        provider.script(reply(say("Hello from the script.")))
        client = AsyncOpenAI(
            base_url=provider.base_url, api_key="unused", max_retries=0, http_client=http
        )
        stream = await client.responses.create(model="any", input="hello", stream=True)
        async for event in stream:
            if event.type == "response.output_text.delta":
                print(event.delta, end="")
        print()
        (request,) = provider.requests
        print("the model was sent:", request.last_user_text())
        assert provider.verify() == []


if __name__ == "__main__":
    asyncio.run(main())
