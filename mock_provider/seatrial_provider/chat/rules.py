"""The rules of a correct chat stream, as data.

They are what the clients that add up such streams rely on, and what the API is observed to do. No
suite for such streams is published.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.responses.oracle.rules import Rule, Tier, Violation

CHAT_RULES: dict[str, Rule] = {
    "C01": Rule("an event has no name", Tier.WARN),
    "C02": Rule("an event is a chat.completion.chunk, an error or [DONE]"),
    "C03": Rule("id, created and model stay the same"),
    "C04": Rule("there is a choice; the indexes of choices count from 0 without a gap"),
    "C05": Rule("a choice begins with the role assistant, which does not come again"),
    "C06": Rule("the indexes of the tool calls of a choice count from 0 without a gap"),
    "C07": Rule("a tool call begins with its id, its type and its name"),
    "C08": Rule("the id, the type and the name of a tool call do not come again"),
    "C09": Rule("the arguments of a function are JSON"),
    "C10": Rule("a choice has one finish_reason"),
    "C11": Rule("a choice adds nothing after its finish_reason"),
    "C12": Rule("the finish_reason is tool_calls if and only if a tool is called", Tier.ADVISORY),
    "C13": Rule("there is usage if and only if the request asks for it"),
    "C14": Rule("the usage comes last, in a chunk without choices"),
    "C15": Rule("the usage adds up", Tier.ADVISORY),
    "C16": Rule("[DONE] comes once, last"),
    "C17": Rule("an error ends the stream"),
    "C18": Rule("no two tool calls of a choice share an id"),
    "C19": Rule("a chunk without choices has the usage", Tier.ADVISORY),
}
"""Every rule by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatViolation(Violation):
    """One way in which a chat stream breaks a rule of `CHAT_RULES`."""

    ALL: ClassVar[Mapping[str, Rule]] = CHAT_RULES
