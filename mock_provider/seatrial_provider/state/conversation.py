"""Conversations: lists of items that responses of the API read and add to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.ids import CREATED_AT
from seatrial_provider.state.errors import not_found
from seatrial_provider.state.items import as_kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.state.kept import KeptResponse


class Conversation:
    """One conversation.

    Args:
        number: Which one it is of the provider, from 1; its id follows from it.
        metadata: What its owner noted on it.
    """

    def __init__(self, number: int, metadata: JsonObject) -> None:
        self.id = f"conv_{number:04d}"
        self.metadata = metadata
        self._label = f"c{number:04d}"
        self._items: list[JsonObject] = []
        self._added = 0
        self._waiting: list[KeptResponse] = []

    def as_json(self) -> JsonObject:
        """Returns the conversation object of the API."""
        return {
            "id": self.id,
            "object": "conversation",
            "created_at": CREATED_AT,
            "metadata": self.metadata,
        }

    def items(self) -> list[JsonObject]:
        """Returns its items, from the first to the last.

        Those of a response are in it as soon as the response is over.
        """
        waiting: list[KeptResponse] = []
        for kept in self._waiting:
            if kept.is_lost:
                continue
            if kept.is_over:
                self._items += [*kept.own_input, *kept.output()]
            else:
                waiting.append(kept)
        self._waiting = waiting
        return self._items

    def add(self, items: Sequence[JsonObject]) -> list[JsonObject]:
        """Adds items at the end.

        Args:
            items: Input items.

        Returns:
            The items as they are now in the conversation.
        """
        self._added += 1
        added = as_kept(items, f"{self._label}_{self._added}")
        self.items().extend(added)
        return added

    def expect(self, kept: KeptResponse) -> None:
        """Has the items of a response added once it is over.

        Args:
            kept: The response.
        """
        self.items()
        self._waiting.append(kept)

    def item(self, id_: str) -> JsonObject:
        """Returns one of its items.

        Args:
            id_: The item's id.

        Raises:
            RefusedError: There is no such item.
        """
        for item in self.items():
            if item["id"] == id_:
                return item
        raise not_found("Item", id_)

    def remove(self, id_: str) -> None:
        """Takes one item out.

        Args:
            id_: The item's id.

        Raises:
            RefusedError: There is no such item.
        """
        self.items().remove(self.item(id_))
