"""Compaction: a conversation made short, as `POST /responses/compact` gives it back.

What is kept is what the upstream project's tests keep: the messages of the user and the developer,
then one compaction item. The real API documents the messages of the user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.answering.context import Context, Route
from seatrial_provider.answering.served import served
from seatrial_provider.body import input_items
from seatrial_provider.ids import CREATED_AT
from seatrial_provider.responses.echo import check_members
from seatrial_provider.responses.input_kinds import check_items
from seatrial_provider.responses.items import CompactionItem
from seatrial_provider.responses.usage import Usage
from seatrial_provider.state.items import as_kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest

_KEPT_ROLES = frozenset({"user", "developer"})


def _compact(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
    body = request.sound_body()
    check_members(body)
    given = body.get("input") is not None
    if given:
        check_items(input_items(body))
    context.store.recall(request)
    label = f"compact{context.store.next_compaction():04d}"
    summary = CompactionItem(id=f"cmp_{label}", encrypted_content=f"seatrial-{label}")
    items = as_kept(request.input if given else request.earlier, label)
    kept = [item for item in items if item.get("role") in _KEPT_ROLES]
    return {
        "id": f"resp_{label}",
        "object": "response.compaction",
        "created_at": CREATED_AT,
        "output": [*kept, summary.done()],
        "usage": Usage().as_json(),
    }


ROUTES = (Route("POST", "/responses/compact", served(_compact)),)
