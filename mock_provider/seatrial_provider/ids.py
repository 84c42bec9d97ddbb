"""Deterministic ids and the fixed clock, so that a script always sends the same bytes."""

from dataclasses import dataclass

CREATED_AT = 1_700_000_000
"""When every scripted response says it was created, in seconds since the epoch."""

COMPLETED_AT = CREATED_AT + 1
"""When every scripted response says it was completed, in seconds since the epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemIds:
    """The ids of one output item.

    They follow from the place in the script and not from the order of arrival, so two
    conversations at once get the same ids in every run.

    Attributes:
        reply_number: The reply's place in the script, from 1.
        output_index: The item's place in the reply, from 0.
    """

    reply_number: int
    output_index: int

    def item_id(self, prefix: str) -> str:
        """Returns the id of the item, such as `msg_0001_0`.

        Args:
            prefix: The sort of item: `msg`, `fc`, `lsh`, ...
        """
        return f"{prefix}_{self.reply_number:04d}_{self.output_index}"

    def call_id(self, wanted: str | None) -> str:
        """Returns the id of the call, such as `call_0001_0`.

        Args:
            wanted: The id that the intent asks for, if it does.
        """
        return self.item_id("call") if wanted is None else wanted


def response_id(reply_number: int) -> str:
    """Returns the id of the response that a reply becomes, such as `resp_0001`.

    Args:
        reply_number: The reply's place in the script, from 1.
    """
    return f"resp_{reply_number:04d}"
