"""Spawn, supervise, end and reap a process tree; what it took is recorded."""

from seatrial.process.ending import (
    GENTLE,
    HARD,
    BadStep,
    Ended,
    Ending,
    Exit,
    Means,
    ProcessInfo,
    Step,
)
from seatrial.process.environment import environment
from seatrial.process.isolation import CannotIsolate, Isolation
from seatrial.process.spawn import CannotStart, Command, ServerProcess, SupervisorLost, layer, spawn
from seatrial.process.sync import SyncProcess, spawn_sync

__all__ = [
    "GENTLE",
    "HARD",
    "BadStep",
    "CannotIsolate",
    "CannotStart",
    "Command",
    "Ended",
    "Ending",
    "Exit",
    "Isolation",
    "Means",
    "ProcessInfo",
    "ServerProcess",
    "Step",
    "SupervisorLost",
    "SyncProcess",
    "environment",
    "layer",
    "spawn",
    "spawn_sync",
]
