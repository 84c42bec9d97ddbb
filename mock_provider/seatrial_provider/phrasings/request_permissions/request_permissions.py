"""Calls the function `request_permissions`.

Shape: Codex 0.130.0 to 0.163.0 with the feature `request_permissions_tool`.
"""

from seatrial_provider.intents import RequestPermissions
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.phrasings.permissions import as_json
from seatrial_provider.responses.items import OutputItem


def _say(intent: RequestPermissions, offer: Offer) -> OutputItem:
    arguments = {"permissions": as_json(intent.permissions), "reason": intent.reason}
    return offer.call(intent, arguments)


PHRASING = Phrasing(
    intent=RequestPermissions,
    tool="request_permissions",
    recognises=function_named("request_permissions", permissions="object"),
    say=_say,
)
