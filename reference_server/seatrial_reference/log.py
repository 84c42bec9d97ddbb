"""Lines for whoever reads stderr; stdout carries nothing but the protocol."""

from __future__ import annotations

import sys


def note(text: str) -> None:
    """Write one line to stderr; a closed stderr is no reason to fail."""
    try:
        sys.stderr.write(f"seatrial-reference: {text}\n")
        sys.stderr.flush()
    except OSError:
        pass
