"""Uses: a reply in its place in the script, and the answers that requests took from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial_provider.ids import ItemIds, place

if TYPE_CHECKING:
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script.reply import Reply


@dataclass(slots=True, kw_only=True)
class ScriptedReply:
    """A reply in its place in the script.

    Attributes:
        number: The place in its section, from 1; ids and headers of the answer follow from it.
        reply: The reply.
        conversation: The name of the conversation whose section it is in; empty for the common
            one.
        after: The reply that must be used before this one, if any.
        uses: How many requests it answered, retries not counted.
        used_by: The latest request that it answered, if any; kept as long as it is answered, or
            if the reply has gates.
        used_by_index: The index of that request.
    """

    number: int
    reply: Reply
    conversation: str = ""
    after: ScriptedReply | None = None
    uses: int = 0
    used_by: RecordedRequest | None = None
    used_by_index: int | None = None

    @property
    def label(self) -> str:
        """What to call it in messages, such as `reply 3`."""
        whose = f" of conversation {self.conversation!r}" if self.conversation else ""
        return f"reply {self.number}{whose}"

    @property
    def is_open(self) -> bool:
        """Whether it may answer a further request."""
        return self.reply.permanent or self.uses == 0

    @property
    def waits_for(self) -> ScriptedReply | None:
        """The reply that must be used first; None if it may be used now."""
        return self.after if self.after is not None and self.after.uses == 0 else None


@dataclass(slots=True, kw_only=True)
class Use:
    """One answer that a request took from the script; a retry of the request gets it again.

    Attributes:
        scripted: The reply in its place.
        reply: The reply as it is sent; nothing of it is left to be computed.
        count: Which use of the reply it is, from 1.
        request_index: The index of the request that took it.
        attempt: How often it was asked for until now, from 1.
        place: The part of its ids that says which use it is, such as `0003`.
    """

    scripted: ScriptedReply
    reply: Reply
    count: int
    request_index: int
    attempt: int = 1
    place: str = field(init=False)

    def __post_init__(self) -> None:
        conversation = self.scripted.conversation
        self.place = place(self.number, use=self.count, conversation=conversation)

    @property
    def number(self) -> int:
        """The reply's place in its section of the script, from 1."""
        return self.scripted.number

    @property
    def label(self) -> str:
        """What to call it in messages, such as `reply 3`."""
        return self.scripted.label

    @property
    def response_id(self) -> str:
        """The id of the response, such as `resp_0003`."""
        return f"resp_{self.place}"

    @property
    def request_id(self) -> str:
        """The value of the `x-request-id` header, such as `req_0003`."""
        return f"req_{self.place}"

    def ids(self, output_index: int) -> ItemIds:
        """Returns the ids of an output item.

        Args:
            output_index: The item's place in the reply, from 0.
        """
        return ItemIds(
            reply_number=self.number,
            output_index=output_index,
            use=self.count,
            conversation=self.scripted.conversation,
        )
