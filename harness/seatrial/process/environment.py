"""The environment of a server under test: by allow-list, never inherited as a whole."""

from __future__ import annotations

import os
from collections.abc import Mapping

__all__ = ["ALLOWED", "DEAD_PROXY", "RUN_MARKER", "environment"]

ALLOWED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT")
"""What a program needs to run at all; nothing that tells it who the developer is."""

RUN_MARKER = "SEATRIAL_RUN"
"""Set in everything we start, so that what an earlier run left can be recognised."""

DEAD_PROXY: Mapping[str, str] = {
    **{
        name: "http://127.0.0.1:9"
        for base in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        for name in (base, base.lower())
    },
    "NO_PROXY": "127.0.0.1,localhost,::1",
    "no_proxy": "127.0.0.1,localhost,::1",
}
"""Sends whatever would leave the machine to a port where nobody listens; loopback is exempt."""


def environment(
    extra: Mapping[str, str],
    *,
    run: str,
    inherited: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Returns the allowed part of the inherited environment, the dead proxy, and the extras."""
    source = os.environ if inherited is None else inherited
    allowed = {name: source[name] for name in ALLOWED if name in source}
    return {**allowed, **DEAD_PROXY, RUN_MARKER: run, **extra}
