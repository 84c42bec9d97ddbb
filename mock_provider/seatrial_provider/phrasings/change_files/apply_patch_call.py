"""Calls the built-in tool `apply_patch`, which takes one change of one file a call.

Shape: the Responses API's `apply_patch_call` item.
"""

from typing import Literal

from seatrial_provider.intents import ChangeFiles
from seatrial_provider.phrasings.base import Phrasing, built_in
from seatrial_provider.phrasings.change_files._patch import added_lines
from seatrial_provider.phrasings.offer import CannotSayError, Offer
from seatrial_provider.responses.items import ApplyPatchCallItem, OutputItem

_OPERATIONS: dict[str, Literal["create_file", "update_file", "delete_file"]] = {
    "add": "create_file",
    "update": "update_file",
    "delete": "delete_file",
}


def _say(intent: ChangeFiles, offer: Offer) -> OutputItem:
    if len(intent.changes) > 1:
        raise CannotSayError("it takes one change a call")
    (change,) = intent.changes
    if change.move_to is not None:
        raise CannotSayError("it has no words for a move")
    added = None if change.content is None else "\n".join(added_lines(change.content))
    return ApplyPatchCallItem(
        id=offer.ids.item_id("apc"),
        call_id=offer.ids.call_id(intent.call_id),
        operation=_OPERATIONS[change.action],
        path=change.path,
        diff=change.diff if added is None else added,
    )


PHRASING = Phrasing(
    intent=ChangeFiles,
    tool="apply_patch (built in)",
    recognises=built_in("apply_patch"),
    say=_say,
)
