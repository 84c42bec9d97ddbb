"""Waits for the signals that end a stand-alone program."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def ending() -> Iterator[asyncio.Event]:
    """Yields what is set by the first signal that asks for the end, for the length of a block."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in ENDING_SIGNALS:
        loop.add_signal_handler(number, ended.set)
    try:
        yield ended
    finally:
        for number in ENDING_SIGNALS:
            loop.remove_signal_handler(number)
