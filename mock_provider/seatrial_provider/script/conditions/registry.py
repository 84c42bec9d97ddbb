"""Every condition that a script file can name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.script.conditions.base import AllOf, AnyOf, Not
from seatrial_provider.script.conditions.conversation import (
    Instructions,
    LastItem,
    MessageText,
    ToolOutput,
    Turn,
    UserText,
)
from seatrial_provider.script.conditions.request import ConversationId, Header, Json, Model

if TYPE_CHECKING:
    from seatrial_provider.script.conditions.base import Condition

CONDITIONS: dict[str, type[Condition]] = {
    kind.key: kind
    for kind in (
        UserText,
        MessageText,
        LastItem,
        ToolOutput,
        Instructions,
        Turn,
        Header,
        Model,
        ConversationId,
        Json,
        AllOf,
        AnyOf,
        Not,
    )
}
"""The kinds of condition by their key in script files."""
