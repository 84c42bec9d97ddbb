"""What a suite may ask of any agent server, and how each dialect says it."""

from collections.abc import Callable

from seatrial.dialects.app_v2 import AppV2
from seatrial.dialects.port import (
    Agent,
    Approval,
    AskedAgain,
    Conversation,
    Decision,
    Event,
    EventKind,
    Item,
    Policy,
    Sandbox,
    ServerInfo,
    SpeaksOtherwise,
    Turn,
    TurnEnd,
    TurnOver,
)
from seatrial.dialects.shape import Misshapen
from seatrial.peer import Peer

__all__ = [
    "DIALECTS",
    "Agent",
    "AppV2",
    "Approval",
    "AskedAgain",
    "Conversation",
    "Decision",
    "Event",
    "EventKind",
    "Item",
    "Misshapen",
    "Policy",
    "Sandbox",
    "ServerInfo",
    "SpeaksOtherwise",
    "Turn",
    "TurnEnd",
    "TurnOver",
]

DIALECTS: dict[str, Callable[[Peer], Agent]] = {"app_v2": AppV2}
"""Each dialect's agent, by the name that profiles and requirements use."""
