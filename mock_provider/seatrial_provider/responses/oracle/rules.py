"""The rules of a correct Responses stream, as data: what each asks, and how binding it is.

`must` follows from the published description of the API or from what clients need to put a stream
together. `warn` is said there less firmly. `advisory` is what the API is observed to do and
nowhere promises.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Tier(StrEnum):
    """How binding a rule is."""

    MUST = "must"
    WARN = "warn"
    ADVISORY = "advisory"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        asks: What must hold.
        tier: How binding it is.
        in_minimal: Whether it holds for the minimal flavour too, which has no numbers, no
            indexes and only the events at which something is done.
    """

    asks: str
    tier: Tier = Tier.MUST
    in_minimal: bool = False


RULES: dict[str, Rule] = {
    "R01": Rule("the name of an event equals its type", in_minimal=True),
    "R02": Rule("sequence_number is there and strictly increases"),
    "R03": Rule("nothing follows the terminal event", in_minimal=True),
    "R04": Rule("the first event is response.created", Tier.ADVISORY, in_minimal=True),
    "R05": Rule("the id, model and creation time of the response stay the same", in_minimal=True),
    "R06": Rule("output_index counts from 0 without a gap"),
    "R07": Rule("an item has no events before it is added"),
    "R08": Rule("an item has no events after it is done"),
    "R09": Rule("item_id is the id of the item at output_index"),
    "R10": Rule("a text of a part comes while the part is open"),
    "R11": Rule("the deltas add up to the done event, to the done part and to the done item"),
    "R12": Rule("a text or arguments that are not empty came in deltas"),
    "R13": Rule("the arguments of a call are JSON", in_minimal=True),
    "R14": Rule("there is a terminal event", in_minimal=True),
    "R15": Rule("the output of the terminal event is the done items in order", Tier.ADVISORY),
    "R16": Rule("every item that was added is done"),
    "R17": Rule("the usage of a completed response adds up", Tier.ADVISORY, in_minimal=True),
    "R18": Rule("every item of the output was streamed", Tier.ADVISORY),
    "R19": Rule("an event inside an item is of the item's sort"),
    "R20": Rule("the indexes inside an item count from 0 without a gap"),
    "R21": Rule("every part and every text that was begun is done before its item is"),
    "R22": Rule("a text has no delta after it is done"),
    "R23": Rule("the status of the response fits the event, and says why if it did not complete"),
    "R24": Rule("the id, type, call and name of an item stay the same"),
    "R25": Rule("no two items share an id, and no two calls a call_id", in_minimal=True),
    "R26": Rule("the annotations of a text were streamed, in order", Tier.WARN),
    "R27": Rule("sequence_number has no gap", Tier.WARN),
    "R28": Rule("the stages of a tool that the server runs come in order", Tier.ADVISORY),
    "R29": Rule("[DONE] ends the stream if the flavour has it, and only then", in_minimal=True),
    "R30": Rule("an item is in progress when it is added and no more when done", Tier.WARN),
    "R31": Rule("an event is a JSON object with a type", in_minimal=True),
}
"""Every rule by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One way in which a stream breaks a rule.

    Attributes:
        ALL: The rules of which it breaks one.
        rule: The name of the rule.
        position: The place of the event at fault; None if the whole stream is.
        detail: What was found.
    """

    ALL: ClassVar[Mapping[str, Rule]] = RULES

    rule: str
    position: int | None
    detail: str

    @property
    def tier(self) -> Tier:
        """How binding the rule is."""
        return self.ALL[self.rule].tier

    def __str__(self) -> str:
        place = "stream" if self.position is None else f"event {self.position}"
        return f"{self.rule} at {place}: {self.ALL[self.rule].asks}; found {self.detail}"
