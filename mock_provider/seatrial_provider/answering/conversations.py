"""Conversations: created, changed and deleted, and the items in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.answering.context import Context, Route
from seatrial_provider.answering.served import body_of, served
from seatrial_provider.body import items_at
from seatrial_provider.responses.echo import check_members
from seatrial_provider.responses.input_kinds import check_items
from seatrial_provider.state.paging import page, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest


def _create(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
    body = body_of(request)
    metadata, items = _metadata(body), _items(body)
    made = context.store.create_conversation(metadata)
    made.add(items)
    return made.as_json()


def _retrieve(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
    return context.store.conversation(names["id"]).as_json()


def _update(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
    conversation = context.store.conversation(names["id"])
    conversation.metadata = _metadata(body_of(request))
    return conversation.as_json()


def _delete(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
    context.store.forget_conversation(names["id"])
    return {"id": names["id"], "object": "conversation.deleted", "deleted": True}


def _list_items(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
    return page(context.store.conversation(names["id"]).items(), request.query)


def _add_items(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
    conversation = context.store.conversation(names["id"])
    return whole(conversation.add(_items(body_of(request))))


def _retrieve_item(
    context: Context, request: RecordedRequest, names: Mapping[str, str]
) -> JsonObject:
    return context.store.conversation(names["id"]).item(names["item"])


def _delete_item(
    context: Context, request: RecordedRequest, names: Mapping[str, str]
) -> JsonObject:
    conversation = context.store.conversation(names["id"])
    conversation.remove(names["item"])
    return conversation.as_json()


def _metadata(body: JsonObject) -> JsonObject:
    check_members({"metadata": body.get("metadata")})
    metadata: JsonObject = body.get("metadata") or {}
    return metadata


def _items(body: JsonObject) -> list[JsonObject]:
    items = items_at(body.get("items"), "items")
    check_items(items, "items")
    return items


ROUTES = (
    Route("POST", "/conversations", served(_create)),
    Route("GET", "/conversations/{id}", served(_retrieve)),
    Route("POST", "/conversations/{id}", served(_update)),
    Route("DELETE", "/conversations/{id}", served(_delete)),
    Route("GET", "/conversations/{id}/items", served(_list_items)),
    Route("POST", "/conversations/{id}/items", served(_add_items)),
    Route("GET", "/conversations/{id}/items/{item}", served(_retrieve_item)),
    Route("DELETE", "/conversations/{id}/items/{item}", served(_delete_item)),
)
