"""What a phrasing is: an intent, a shape of tool, and how the one is said in the other."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Generic, TypeVar

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import Intent
from seatrial_provider.phrasings.offer import CannotSayError, Offer
from seatrial_provider.responses.items import OutputItem, Said

Wanted = TypeVar("Wanted", bound=Intent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing(Generic[Wanted]):
    """Says an intent in one shape of tool.

    Attributes:
        intent: The sort of intent.
        tool: The name of the shape, for messages and tables.
        recognises: Tells whether an offered tool is of this shape, and the one that is meant.
        say: Builds the output item; raises CannotSayError if the tool has no words for a part
            of the intent.
    """

    intent: type[Wanted]
    tool: str
    recognises: Callable[[Wanted, Offer], bool]
    say: Callable[[Wanted, Offer], OutputItem]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnItem(Generic[Wanted]):
    """Says an intent in an item of the model's own, for which no tool is needed.

    Attributes:
        intent: The sort of intent.
        say: Builds the output item, or an event that is part of none.
    """

    intent: type[Wanted]
    say: Callable[[Wanted, ItemIds], Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detour(Generic[Wanted]):
    """Says an intent by way of another one, if no offered tool is meant for it.

    Attributes:
        intent: The sort of intent.
        by_way_of: The sort of the other intent.
        rewrite: Makes the other intent.
    """

    intent: type[Wanted]
    by_way_of: type[Intent]
    rewrite: Callable[[Wanted], Intent]


def function_named(name: str, **parameters: str) -> Callable[[Intent, Offer], bool]:
    """Makes what recognises the function of a name, with parameters of these types.

    Args:
        name: The function's name.
        **parameters: Types of JSON Schema, by the name of the parameter.
    """

    def recognises(intent: Intent, offer: Offer) -> bool:
        listed = offer.parameters()
        return (offer.type, offer.name) == ("function", name) and all(
            listed.get(key, {}).get("type") == type_ for key, type_ in parameters.items()
        )

    return recognises


def built_in(*types: str) -> Callable[[Intent, Offer], bool]:
    """Makes what recognises a built-in tool.

    Args:
        *types: The types that the tool goes by.
    """

    def recognises(intent: Intent, offer: Offer) -> bool:
        return offer.type in types

    return recognises


def only(intent: Intent, *sayable: str) -> None:
    """Looks at whether an intent asks for no more than a tool has words for.

    Args:
        intent: What the model wants.
        *sayable: The fields that the tool has words for.

    Raises:
        CannotSayError: It asks for more.
    """
    for field in fields(intent):
        wanted = getattr(intent, field.name)
        if field.name not in (*sayable, "call_id") and wanted != field.default:
            raise CannotSayError(f"it has no words for {field.name}")
