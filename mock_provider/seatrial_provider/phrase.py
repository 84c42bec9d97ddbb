"""Turns an intent into an output item, in the words of a tool that the request offers."""

from collections.abc import Sequence
from typing import TypeVar

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import Intent
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.phrasings.base import Detour, OwnItem, Phrasing
from seatrial_provider.phrasings.offer import CannotSayError, Offer, offers
from seatrial_provider.phrasings.registry import phrasings_by_intent
from seatrial_provider.responses.items import OutputItem, Said

Kind = TypeVar("Kind", bound=object)


class InexpressibleError(Exception):
    """No offered tool can express an intent.

    Attributes:
        intent: What the model wanted.
        reasons: Why each tool of a known shape could not say it, such as
            "local_shell: it has no words for escalated".
    """

    def __init__(self, intent: Intent, reasons: Sequence[str]) -> None:
        super().__init__(intent.describe())
        self.intent = intent
        self.reasons = tuple(reasons)


def needs_no_tool(intent: Intent) -> bool:
    """Tells whether an intent is said in an item of the model's own, whatever tools there are.

    Args:
        intent: What the model wants.
    """
    return bool(_known(intent, OwnItem))


def phrase(
    intent: Intent,
    *,
    tools: Sequence[JsonObject],
    ids: ItemIds,
    conversation: Sequence[JsonObject] = (),
) -> Said:
    """Says an intent in the first offered tool that can express it.

    Args:
        intent: What the model wants.
        tools: The tools of the request, in its order.
        ids: The ids of the item.
        conversation: The input items of the request.

    Returns:
        The output item, or an event that is part of none.

    Raises:
        InexpressibleError: No offered tool can express the intent.
    """
    for own in _known(intent, OwnItem):
        return own.say(intent, ids)
    offered = offers(tools, ids=ids, conversation=conversation)
    reasons: list[str] = []
    said = _said(intent, offered, reasons)
    for detour in _known(intent, Detour):
        said = said or _said(detour.rewrite(intent), offered, reasons)
    if said is None:
        raise InexpressibleError(intent, reasons or [_no_shape(intent)])
    return said


def _said(intent: Intent, offered: Sequence[Offer], reasons: list[str]) -> OutputItem | None:
    """Says an intent in the first tool that can, and notes why those before it could not."""
    known = _known(intent, Phrasing)
    for offer in offered:
        for phrasing in known:
            if phrasing.recognises(intent, offer):
                try:
                    return phrasing.say(intent, offer)
                except CannotSayError as error:
                    reasons.append(f"{phrasing.tool}: {error}")
    return None


def _known(intent: Intent, kind: type[Kind]) -> list[Kind]:
    return [one for one in phrasings_by_intent().get(type(intent), ()) if isinstance(one, kind)]


def _no_shape(intent: Intent) -> str:
    shapes = [one.tool for one in _known(intent, Phrasing)]
    return f"no offered tool is of a known shape ({', '.join(shapes) or 'none is known'})"
