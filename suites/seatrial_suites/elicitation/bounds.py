"""How long a call may take that nothing holds up any more, and how a report says that it did."""

from __future__ import annotations

__all__ = ["ANSWERED", "HANGS", "IN_TIME"]

IN_TIME = 5.0
"""Seconds in which a call that nothing holds up any more has to be answered: some hundred times
what a server takes. Multiplied by `SEATRIAL_TIMEOUT_FACTOR`."""

ANSWERED, HANGS = "answered", f"no answer within {IN_TIME:g} s"
