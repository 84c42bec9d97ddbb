"""What there is only one of on a machine, such as a fixed port: held by one trial at a time."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from platformdirs import user_cache_path

__all__ = ["exclusively"]


@asynccontextmanager
async def exclusively(name: str) -> AsyncIterator[None]:
    """Holds what is called so for the length of a block, across all processes of this user.

    Who comes later waits; a holder that dies lets go.
    """
    folder = user_cache_path("seatrial") / "exclusive"
    folder.mkdir(parents=True, exist_ok=True)
    fd = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        await asyncio.to_thread(fcntl.flock, fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
