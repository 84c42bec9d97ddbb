"""Identifiers and clocks: time-ordered UUIDs, seconds and milliseconds since the epoch."""

from __future__ import annotations

import os
import time


def new_id() -> str:
    """Make a UUID of version 7: 48 bits of milliseconds, then random bits (RFC 9562)."""
    value = (now_ms() << 80) | int.from_bytes(os.urandom(10))
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def now_ms() -> int:
    """Give the time in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def now_s() -> int:
    """Give the time in seconds since the epoch."""
    return int(time.time())


def timestamp(seconds: float | None = None) -> str:
    """Give a moment, now by default, as RFC 3339 with milliseconds, in UTC."""
    moment = time.time() if seconds is None else seconds
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment))
    return f"{whole}.{int(moment * 1000) % 1000:03}Z"
