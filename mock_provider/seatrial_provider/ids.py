"""Deterministic ids and the fixed clock, so that a script always sends the same bytes."""

from dataclasses import dataclass

CREATED_AT = 1_700_000_000
"""When every scripted response says it was created, in seconds since the epoch."""

COMPLETED_AT = CREATED_AT + 1
"""When every scripted response says it was completed, in seconds since the epoch."""


def place(number: int, *, use: int = 1, conversation: str = "") -> str:
    """Returns the part of an id that says which reply it comes from.

    Args:
        number: The reply's place in its part of the script, from 1.
        use: Which use of the reply it is, from 1; only a permanent one has a second.
        conversation: The name of the conversation whose script it is in; empty for the common
            one.

    Returns:
        `0003`; for the second use `0003-2`; in the conversation `ann` `ann_0003`.
    """
    prefix = f"{conversation}_" if conversation else ""
    suffix = f"-{use}" if use > 1 else ""
    return f"{prefix}{number:04d}{suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemIds:
    """The ids of one output item.

    They follow from the place in the script and not from the order of arrival, so two
    conversations at once get the same ids in every run.

    Attributes:
        reply_number: The reply's place in its part of the script, from 1.
        output_index: The item's place in the reply, from 0.
        use: Which use of the reply it is, from 1.
        conversation: The name of the conversation whose script it is in; empty for the common
            one.
    """

    reply_number: int
    output_index: int
    use: int = 1
    conversation: str = ""

    def item_id(self, prefix: str) -> str:
        """Returns the id of the item, such as `msg_0001_0`.

        Args:
            prefix: The sort of item: `msg`, `fc`, `lsh`, ...
        """
        reply = place(self.reply_number, use=self.use, conversation=self.conversation)
        return f"{prefix}_{reply}_{self.output_index}"

    def call_id(self, wanted: str | None) -> str:
        """Returns the id of the call, such as `call_0001_0`.

        Args:
            wanted: The id that the intent asks for, if it does.
        """
        return self.item_id("call") if wanted is None else wanted
