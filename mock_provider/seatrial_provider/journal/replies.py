"""Finds the reply of a request that was put away, as long as a script or a test holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from seatrial_provider.script import Reply


class Replies:
    """Numbers replies, and does not keep them alive: one that was computed is soon gone."""

    def __init__(self) -> None:
        self._by_number: WeakValueDictionary[int, Reply] = WeakValueDictionary()
        self._number_at: dict[int, int] = {}
        self._next = 1

    def number_of(self, reply: Reply | None) -> int:
        """Returns the number of a reply; 0 for none.

        Args:
            reply: What a request was answered with, if it was.
        """
        if reply is None:
            return 0
        number = self._number_at.get(id(reply), 0)
        if self._by_number.get(number) is not reply:  # another one was at its place in memory
            number, self._next = self._next, self._next + 1
            self._number_at[id(reply)] = number
            self._by_number[number] = reply
        return number

    def get(self, number: int) -> Reply | None:
        """Returns the reply of a number; None for 0, and if the reply is gone.

        Args:
            number: What `number_of` returned.
        """
        return self._by_number.get(number)
