"""Leaks: the ledger of what was opened, by whom and where, and what a test left in its process."""

from seatrial.leaks.chance import CHANCE_SECONDS
from seatrial.leaks.kinds import SEVERITIES, Kind, Leak, Severity
from seatrial.leaks.ledger import Entry, Ledger, LeftBehind, ledger
from seatrial.leaks.run import RUN, Run, RunState
from seatrial.leaks.snapshot import Snapshot, blind, compare, keep, snapshot

__all__ = [
    "CHANCE_SECONDS",
    "RUN",
    "SEVERITIES",
    "Entry",
    "Kind",
    "Leak",
    "Ledger",
    "LeftBehind",
    "Run",
    "RunState",
    "Severity",
    "Snapshot",
    "blind",
    "compare",
    "keep",
    "ledger",
    "snapshot",
]
