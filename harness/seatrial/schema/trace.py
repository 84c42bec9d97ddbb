"""Follows the names of members through a message's schema, and says what is at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from seatrial.schema.bundle import Bundle, Message
from seatrial.schema.view import View, core_of, view

__all__ = ["Trace", "trace"]

Json = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What stands at the end of a path; lists and the forms of unions are looked through.

    Attributes:
        places: The schemas there: several where forms differ, none where the path ends early.
        always: Whether it must be there, in every form that has it.
        nullable: Whether it may be null.
        missing: The name at which the path ends early; empty if it does not.
        there: The names that stand in its place.
        kinds: The JSON types there.
        values: The values that are named there.
        required: The members that it must have itself.
    """

    places: tuple[Json, ...] = ()
    always: bool = True
    nullable: bool = False
    missing: str = ""
    there: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()


def trace(bundle: Bundle, message: Message, path: tuple[str, ...]) -> Trace:
    """Follows a path: `params` or `result`, then names of members.

    Args:
        bundle: The schema that the message is of.
        message: Where it begins.
        path: The names.
    """
    root = message.params if path[0] == "params" else message.result
    places: list[Json] = [] if root is None else [root]
    always, nullable = True, False
    for name in path[1:]:
        parents = [form for place in places for form in _objects(bundle, place)]
        holders = [one for one in parents if name in one.members]
        if not holders:
            known = frozenset(member for one in parents for member in one.members)
            return Trace(missing=name, there=known)
        always = always and all(name in one.required for one in holders)
        places = [one.members[name] for one in holders]
        nullable = any(core_of(bundle.resolve(place))[1] or core_of(place)[1] for place in places)
        always = always and not (nullable and name != path[-1])
    if not places:
        return Trace(missing=path[0], there=frozenset({"params", "result"} - {path[0]}))
    ends = [view(bundle, core_of(place)[0]) for place in places]
    return Trace(
        places=tuple(places),
        always=always,
        nullable=nullable,
        kinds=frozenset[str]().union(*(one.kinds for one in ends)),
        values=frozenset[str]().union(*(one.values for one in ends)),
        required=frozenset[str]().union(*(one.required for one in ends)),
    )


def _objects(bundle: Bundle, place: Json) -> Iterator[View]:
    """Yields every object that a place may be, or that a list there may hold."""
    seen = view(bundle, core_of(place)[0])
    if seen.members:
        yield seen
    for form in seen.forms.values():
        yield from _objects(bundle, form)
    if seen.items is not None:
        yield from _objects(bundle, seen.items)
