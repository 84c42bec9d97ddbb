"""What is sent as it is: an item of any shape, and an event that belongs to no item."""

from dataclasses import dataclass

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.items.base import StagedItem


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbatimItem(StagedItem):
    """An output item exactly as the script has it.

    Attributes:
        id: The item's id, which is put into it if it has none.
        item: The item as it is when it is done; it is added in the same form.
    """

    id: str
    item: JsonObject

    def added(self) -> JsonObject:
        """Returns the item."""
        return {"id": self.id, **self.item}

    def done(self) -> JsonObject:
        """Returns the item."""
        return {"id": self.id, **self.item}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbatimEvent:
    """An event exactly as the script has it; it is part of no item and takes no number.

    Attributes:
        event: The event.
    """

    event: JsonObject
