"""Blocks about what the provider keeps: the paths that serve it."""

from __future__ import annotations

from collections.abc import Callable

from blocks.writing import described, table
from seatrial_provider.answering import compact, conversations, models, state

WORDS = {
    "GET /responses/{id}": "the response as it is by now; `?stream=true` streams it again, "
    "`&starting_after=3` from the event after number 3 on",
    "DELETE /responses/{id}": "deletes it",
    "POST /responses/{id}/cancel": "cancels it, if it runs in the background",
    "GET /responses/{id}/input_items": "everything that the model saw for it, in pages",
    "POST /responses/input_tokens": "how many tokens an input has: always the 8 that a response "
    "says unless its reply says otherwise",
    "POST /responses/compact": "the messages of the user and the developer, and one `compaction` "
    "item",
    "POST /conversations": "makes a conversation, with `items` and `metadata` if they are given",
    "GET /conversations/{id}": "the conversation",
    "POST /conversations/{id}": "changes its `metadata`",
    "DELETE /conversations/{id}": "deletes it",
    "GET /conversations/{id}/items": "its items, in pages",
    "POST /conversations/{id}/items": "adds items",
    "GET /conversations/{id}/items/{item}": "one item",
    "DELETE /conversations/{id}/items/{item}": "deletes one item",
    "GET /models": "the models, with an `ETag`; status 304 if `If-None-Match` has it",
    "GET /models/{id}": "one model",
}


def state_paths() -> str:
    """Returns the paths that are answered from what the provider keeps."""
    routes = (*state.ROUTES, *compact.ROUTES, *conversations.ROUTES, *models.ROUTES)
    rows = dict(described([f"{route.method} {route.path}" for route in routes], WORDS))
    return table(["request", "answer"], [[f"`{name}`", rows[name]] for name in WORDS])


BLOCKS: dict[str, Callable[[], str]] = {"state-paths": state_paths}
