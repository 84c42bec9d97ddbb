"""Sections: a numbered list of replies, the common one or that of one conversation."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from seatrial_provider.script.lint import overlaps
from seatrial_provider.script.order import InOrder, refuse_stranger
from seatrial_provider.script.use import ScriptedReply

if TYPE_CHECKING:
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script.conditions.base import Condition
    from seatrial_provider.script.reply import Reply


class Section:
    """A numbered list of replies.

    Args:
        name: The name of the conversation; empty for the common section.
        when: Which requests are of the conversation; None for all.

    Attributes:
        name: The name of the conversation.
        when: Which requests are of the conversation.
    """

    def __init__(self, *, name: str = "", when: Condition | None = None) -> None:
        self.name = name
        self.when = when
        self._replies: list[ScriptedReply] = []
        self._open: OrderedDict[int, ScriptedReply] = OrderedDict()

    def __len__(self) -> int:
        return len(self._replies)

    def __iter__(self) -> Iterator[ScriptedReply]:
        return iter(self._replies)

    def script(self, *entries: Reply | InOrder) -> None:
        """Adds replies at the end; it may be called at any time.

        A request takes the first reply that is open to it and whose `when` it meets.

        Args:
            *entries: What `reply(...)`, `reply_with(...)` or `in_order(...)` made.

        Raises:
            ScriptError: Something else was given, or a reply could never be used. Nothing is
                added then.
        """
        added = numbered(entries, conversation=self.name, first=len(self._replies) + 1)
        for overlap in overlaps(self._open.values(), added):
            if overlap.is_total:
                raise overlap.error()
            overlap.warn()
        self._replies += added
        self._open.update((scripted.number, scripted) for scripted in added)

    def belongs(self, request: RecordedRequest) -> bool:
        """Tells whether a request is for this section.

        It is if it meets `when`, or goes on from a response of the section.

        Args:
            request: A request with a sound body.
        """
        if self.when is None or self.when(request):
            return True
        previous = request.body_json().get("previous_response_id")
        return isinstance(previous, str) and previous.startswith(f"resp_{self.name}_")

    def find(self, request: RecordedRequest) -> ScriptedReply | None:
        """Finds the first reply that is open to a request, and for it.

        Args:
            request: A request with a sound body.
        """
        for scripted in self._open.values():
            when = scripted.reply.when
            if scripted.waits_for is None and (when is None or when(request)):
                return scripted
        return None

    def use(self, scripted: ScriptedReply) -> int:
        """Counts a use of a reply.

        Args:
            scripted: One of this section.

        Returns:
            Which use it is, from 1.
        """
        scripted.uses += 1
        if not scripted.is_open:
            del self._open[scripted.number]
        return scripted.uses

    def open(self) -> list[ScriptedReply]:
        """Returns the replies that may answer a further request, in order."""
        return list(self._open.values())


def numbered(
    entries: Iterable[Reply | InOrder], *, conversation: str = "", first: int = 1
) -> list[ScriptedReply]:
    """Gives replies their places.

    Args:
        entries: Replies and ordered groups of them.
        conversation: The name of the conversation whose section it is; empty for the common one.
        first: The number of the first reply.

    Raises:
        ScriptError: Something is neither a reply nor a group.
    """
    placed: list[ScriptedReply] = []
    for entry in entries:
        after = None
        for reply in entry.replies if isinstance(entry, InOrder) else (entry,):
            refuse_stranger(reply)
            number = first + len(placed)
            scripted = ScriptedReply(
                number=number, reply=reply, conversation=conversation, after=after
            )
            placed.append(scripted)
            after = scripted
    return placed
