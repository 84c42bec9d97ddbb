"""How a check stops a server in the middle of its work, and what each way amounts to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from seatrial.process import HARD, Ending, Means, Step

__all__ = ["ENDINGS", "Stop"]

GRACE = 10.0
"""Seconds that a server is given to leave by itself: real releases take up to five."""


class Stop(StrEnum):
    """What happens to a server that a check stops."""

    EOF = "the end of stdin"
    SIGTERM = "SIGTERM"
    SIGKILL = "SIGKILL"


ENDINGS: Mapping[Stop, Ending] = {
    Stop.EOF: Ending(steps=(Step(means=Means.EOF, grace=GRACE),)),
    Stop.SIGTERM: Ending(steps=(Step(means=Means.SIGTERM, grace=GRACE),)),
    Stop.SIGKILL: HARD,
}
"""Each way as an escalation; whatever of the tree is left after it is killed."""
