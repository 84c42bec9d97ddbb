"""Serves one provider until it is told to end, and says what was wrong."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial_provider.standalone.admin import ADMIN_PATH, Admin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seatrial_provider.problems import Problem
    from seatrial_provider.provider import Provider

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def serve(
    provider: Provider,
    *,
    scripts: Iterable[Path] = (),
    admin: bool,
    say: Callable[[str], None],
    judges_client: bool = False,
) -> list[Problem]:
    """Serves until a signal or the admin API ends it.

    Once it listens, it says one line of JSON: `base_url`, `admin_url` (null without the admin
    API) and `pid`.

    Args:
        provider: The provider, not started yet.
        scripts: Script files that it begins with.
        admin: Whether there is an admin API.
        say: Called with the line.
        judges_client: Whether what the client did wrong counts as well.

    Returns:
        Everything that was wrong; see `Provider.verify`.

    Raises:
        ScriptError: A script file has mistakes.
        ProviderStateError: The address cannot be listened on.
    """
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    api = Admin(provider, shut_down=ended.set)
    for path in scripts:
        api.gates.update(provider.script_file(path).gates)
    if admin:
        provider.serve_beside(api.answer)
    for number in ENDING_SIGNALS:
        loop.add_signal_handler(number, ended.set)
    try:
        async with provider:
            base = provider.base_url.removesuffix("/v1")
            admin_url = f"{base}{ADMIN_PATH}" if admin else None
            address = {"base_url": provider.base_url, "admin_url": admin_url, "pid": os.getpid()}
            say(json.dumps(address))
            await ended.wait()
    finally:
        for number in ENDING_SIGNALS:
            loop.remove_signal_handler(number)
    return provider.verify(client=judges_client)
