"""What the tests of state share: a provider and the SDK's client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import openai
import pytest

from seatrial_provider import Provider

Serve = Callable[..., AbstractAsyncContextManager[tuple[Provider, openai.AsyncOpenAI]]]


@pytest.fixture
def serve() -> Serve:
    """Serves a provider and opens a client of the SDK that does not retry."""

    @asynccontextmanager
    async def served(**options: Any) -> AsyncIterator[tuple[Provider, openai.AsyncOpenAI]]:
        async with (
            Provider(**options) as provider,
            openai.AsyncOpenAI(base_url=provider.base_url, api_key="none", max_retries=0) as client,
        ):
            yield provider, client

    return served
