"""What plants defects in streams: the list of all of them, and the moves that they share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Events = list[Any]
Plant = Callable[[Events], bool]
PLANTED: list[tuple[str, Plant]] = []


def plants(rule: str) -> Callable[[Plant], Plant]:
    """Lists a function that plants a defect; it returns False where it cannot."""

    def listed(plant: Plant) -> Plant:
        PLANTED.append((rule, plant))
        return plant

    return listed


def places(events: Events, end: str) -> list[int]:
    return [place for place, event in enumerate(events) if event["type"].endswith(end)]


def is_whole(events: Events) -> bool:
    return bool(events[-1]["type"] in ("response.completed", "response.incomplete"))


def inside(events: Events, *members: str) -> list[int]:
    return [
        p
        for p, e in enumerate(events)
        if {"output_index", *members} <= e.keys() and "item" not in e
    ]


def done_items(events: Events) -> list[dict[str, Any]]:
    return [events[place]["item"] for place in places(events, "output_item.done")]


def output(events: Events) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = events[-1].get("response", {}).get("output", [])
    return items


def renumber(events: Events) -> bool:
    for number, event in enumerate(events):
        event["sequence_number"] = number
    return True


def insert(events: Events, place: int, event: dict[str, Any]) -> bool:
    events.insert(place, json.loads(json.dumps(event)))
    return renumber(events)


def drop(events: Events, found: list[int]) -> bool:
    for place in reversed(found):
        del events[place]
    return bool(found) and renumber(events)
