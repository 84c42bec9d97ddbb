"""Intents to send exactly this: an item of a known sort, any item, or any event."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, get_type_hints

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents.base import Intent
from seatrial_provider.intents.conforming import conform, unusable
from seatrial_provider.intents.values import Filled
from seatrial_provider.responses.items import ITEMS, OutputItem


@dataclass(frozen=True, slots=True)
class Output(Intent):
    """The model, or the server of the API, does what an output item of this sort says.

    It is for what needs no tool of the request: what the server of the API does itself, and what
    a test sends on purpose though nothing offers it. Its events are correct by construction.

    Attributes:
        kind: The sort of item, such as `mcp_call`.
        fields: What the builder of that sort takes, but for the item's id.
    """

    kind: Filled
    fields: Mapping[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Looks at whether the item can be built."""
        if self.kind not in ITEMS:
            raise unusable(
                "kind of output(...)",
                expected=f"one of {', '.join(ITEMS)}",
                arrived=repr(self.kind),
                cause="Is the name misspelt?",
                remedy="Use one of the names above, or raw_item(...) for an item of another sort.",
            )
        builder = ITEMS[self.kind].builder
        named = fields(builder)
        needed = {one.name for one in named if one.default is MISSING} - {"id", "call_id"}
        known = {one.name for one in named} - {"id"}
        if not needed <= self.fields.keys() <= known:
            raise unusable(
                f"fields of output({self.kind!r}, ...)",
                expected=f"{', '.join(sorted(needed)) or 'none that must be there'}; "
                f"and any of {', '.join(sorted(known - needed)) or 'no others'}",
                arrived=", ".join(map(repr, self.fields)) or "none",
                cause="Is a field left out, or its name misspelt?",
                remedy="Look at the table of items for what each of them takes.",
            )
        hints = get_type_hints(builder)
        for name, value in self.fields.items():
            conform(value, hints[name], f"{name} of output({self.kind!r}, ...)")

    def build(self, ids: ItemIds) -> OutputItem:
        """Builds the item.

        Args:
            ids: The ids of the item.
        """
        sort = ITEMS[self.kind]
        given = dict(self.fields)
        if sort.is_call:
            given.setdefault("call_id", ids.call_id(None))
        item: OutputItem = sort.builder(id=ids.item_id(sort.prefix), **given)
        return item


@dataclass(frozen=True, slots=True)
class RawItem(Intent):
    """The model says an output item that is sent as it is, added and done at once.

    Attributes:
        item: The item; without an `id` it takes one that is derived from the script.
    """

    item: Mapping[str, Any]

    def check(self) -> None:
        """Looks at whether it has a type."""
        _typed(self.item, "item of raw_item(...)")


@dataclass(frozen=True, slots=True)
class RawEvent(Intent):
    """An event is sent as it is, between the items before and after it.

    It belongs to no item and takes no sequence number: whether the stream is still correct with
    it is the script's business.

    Attributes:
        event: The event.
    """

    event: Mapping[str, Any]

    def check(self) -> None:
        """Looks at whether it has a type."""
        _typed(self.event, "event of raw_event(...)")


def _typed(value: Mapping[str, Any], what: str) -> None:
    if isinstance(value.get("type"), str):
        return
    raise unusable(
        what,
        expected="an object with a 'type' that is a text",
        arrived=repr(dict(value))[:120],
        cause="Is the type left out?",
        remedy="Name it; every item and every event of the API has one.",
    )
