"""Serves one provider until it is told to end, and says what was wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial_provider.standalone.admin import ADMIN_PATH, Admin
from seatrial_provider.standalone.ending import ending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seatrial_provider.problems import Problem
    from seatrial_provider.provider import Provider


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
    with ending() as ended:
        api = Admin(provider, shut_down=ended.set)
        for path in scripts:
            api.gates.update(provider.script_file(path).gates)
        if admin:
            provider.serve_beside(api.answer)
        async with provider:
            base = provider.base_url.removesuffix("/v1")
            admin_url = f"{base}{ADMIN_PATH}" if admin else None
            address = {"base_url": provider.base_url, "admin_url": admin_url, "pid": os.getpid()}
            say(json.dumps(address))
            await ended.wait()
    return provider.verify(client=judges_client)
