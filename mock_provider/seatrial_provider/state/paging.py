"""Lists in pages, as the API gives them: `limit`, `order` and `after` in, `has_more` out."""

from collections.abc import Sequence
from urllib.parse import parse_qs

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.state import errors

_DEFAULT_LIMIT = 20
_LARGEST_LIMIT = 100


def query_of(query: str) -> dict[str, str]:
    """Reads a query string; of a repeated name the last value counts.

    Args:
        query: The query, without the question mark.
    """
    return {name: values[-1] for name, values in parse_qs(query).items()}


def page(items: Sequence[JsonObject], query: str) -> JsonObject:
    """Builds one page of a list.

    Args:
        items: All items, from the first to the last, each with an `id`.
        query: The query of the request: `limit` (20; 1 to 100), `order` (`desc`, or `asc`) and
            `after` (the id of the item before the page).

    Raises:
        RefusedError: The query asks for a page that cannot be.
    """
    asked = query_of(query)
    limit, order = _limit(asked.get("limit")), asked.get("order", "desc")
    if order not in ("asc", "desc"):
        raise errors.bad_order(order)
    ordered = list(items) if order == "asc" else list(reversed(items))
    after = asked.get("after")
    if after is not None:
        ids = [item["id"] for item in ordered]
        if after not in ids:
            raise errors.not_found("Item", after, param="after")
        ordered = ordered[ids.index(after) + 1 :]
    return whole(ordered[:limit], has_more=len(ordered) > limit)


def whole(items: Sequence[JsonObject], *, has_more: bool = False) -> JsonObject:
    """Builds a list of the API.

    Args:
        items: What is in it.
        has_more: Whether there is more behind it.
    """
    return {
        "object": "list",
        "data": list(items),
        "first_id": items[0]["id"] if items else None,
        "last_id": items[-1]["id"] if items else None,
        "has_more": has_more,
    }


def _limit(given: str | None) -> int:
    if given is None:
        return _DEFAULT_LIMIT
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= _LARGEST_LIMIT:
        raise errors.out_of_range("limit", given)
    return int(given)
