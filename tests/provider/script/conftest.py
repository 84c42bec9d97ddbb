"""What the tests of scripts share: a provider that is asked, and what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest
from jsonschema import Draft202012Validator

from seatrial_provider import Provider
from seatrial_provider.script.files.schema import script_schema

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.provider.conftest import Ask, Run, Send, Wire


class Say(Protocol):
    """Sends one request to the provider and returns the text of the reply."""

    async def __call__(self, text: str = "go", **members: Any) -> str: ...


class Talk(Protocol):
    """Runs a test that talks to a provider."""

    def __call__(
        self, main: Callable[[Provider, Say], Awaitable[None]], **options: Any
    ) -> None: ...


def text_of(wire: Wire) -> str:
    """Returns the text of a reply, or the code of an error."""
    if wire.status != 200:
        return str(wire.json()["error"]["code"])
    if wire.headers["content-type"].startswith("application/json"):
        response = wire.json()
    else:
        response = wire.frames()[-1].data["response"]
    return "".join(part["text"] for item in response["output"] for part in item["content"])


@pytest.fixture
def talk(run: Run, send: Send, ask: Ask) -> Talk:
    def runs(main: Callable[[Provider, Say], Awaitable[None]], **options: Any) -> None:
        async def served() -> None:
            async with Provider(**options) as provider:

                async def say(
                    text: str = "go", *, headers: dict[str, str] | None = None, **members: Any
                ) -> str:
                    url = f"{provider.base_url}/responses"
                    return text_of(await send(url, ask(text, **members), headers=headers))

                await main(provider, say)

        run(served())

    return runs


@pytest.fixture(scope="session")
def schema() -> Draft202012Validator:
    """The schema of script files."""
    return Draft202012Validator(script_schema())
