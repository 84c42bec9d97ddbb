"""Invariants of the other items: their ids, and who says what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from seatrial_provider.invariants.base import Asked, Finding, Invariant, repeated

if TYPE_CHECKING:
    from seatrial_provider.jsontypes import JsonObject

_ROLES = frozenset({"user", "assistant", "system", "developer"})
_ASSISTANT_PARTS = frozenset({"output_text", "refusal"})


def _item_ids_unique(asked: Asked) -> Iterator[Finding]:
    ids = [item["id"] for item in asked.input if _has_own_id(item)]
    for item_id, count in repeated(ids):
        yield f"one item with id {item_id!r}", f"{count} of them"


def _has_own_id(item: JsonObject) -> bool:
    """Tells whether an item has an id that is not that of its call, as outputs may have."""
    id_ = item.get("id")
    return isinstance(id_, str) and bool(id_) and "output" not in str(item.get("type"))


def _message_roles(asked: Asked) -> Iterator[Finding]:
    for position, item in enumerate(asked.input):
        if item.get("type", "message") != "message":
            continue
        role = item.get("role")
        if not isinstance(role, str) or role not in _ROLES:
            expected = f"one of {', '.join(sorted(_ROLES))} as role of the message at {position}"
            yield expected, f"role {role!r}"
            continue
        for kind in _part_types(item):
            if (kind in _ASSISTANT_PARTS) != (role == "assistant"):
                yield f"content that a {role} message takes at position {position}", kind


def _part_types(message: JsonObject) -> list[str]:
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    return [str(part.get("type")) for part in parts if isinstance(part, dict)]


INVARIANTS = (
    Invariant(
        name="item-ids-unique",
        holds="No two items share an id.",
        check=_item_ids_unique,
    ),
    Invariant(
        name="message-roles",
        holds="Messages have a known role, and content that the role takes.",
        check=_message_roles,
    ),
)
