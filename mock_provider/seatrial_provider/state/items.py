"""Input items as the API gives them back: each with an id, a status and its content in parts."""

from collections.abc import Sequence

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.items import ITEMS

_WITHOUT_STATUS = frozenset({"reasoning", "compaction", "item_reference"})


def as_kept(items: Sequence[JsonObject], label: str) -> list[JsonObject]:
    """Returns items as the API gives them back.

    Args:
        items: Input items as a request has them.
        label: What tells them from those of other requests, such as `0001`; it goes into the ids
            of those that have none.
    """
    return [_kept(item, f"{label}_in{position}") for position, item in enumerate(items)]


def _kept(item: JsonObject, place: str) -> JsonObject:
    type_ = item.get("type", "message")
    prefix = ITEMS[type_].prefix if type_ in ITEMS else "item"
    kept = {**item, "type": type_, "id": item.get("id") or f"{prefix}_{place}"}
    if type_ not in _WITHOUT_STATUS:
        kept["status"] = item.get("status") or "completed"
    if type_ == "message":
        kept["content"] = _parts(item)
    return kept


def _parts(message: JsonObject) -> list[JsonObject]:
    content = message.get("content")
    said = message.get("role") == "assistant"
    if isinstance(content, str):
        content = [{"type": "output_text" if said else "input_text", "text": content}]
    parts = content if isinstance(content, list) else []
    return [_part(part) for part in parts if isinstance(part, dict)]


def _part(part: JsonObject) -> JsonObject:
    if part.get("type") == "output_text":
        return {"annotations": [], "logprobs": [], **part}
    if part.get("type") == "input_image":
        return {"detail": "auto", **part}
    return part
