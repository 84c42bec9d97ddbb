"""Rules about what happens inside an item: its parts, its texts, its annotations, its stages."""

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.oracle.sorts import (
    COUNTED,
    HOMES,
    OTHER_NAMES,
    PART_INDEXES,
    STAGES,
    TEXTS,
    TextSort,
)
from seatrial_provider.responses.oracle.walk import Item, Text, Walk, short

_TEXTS = {text.stem: text for text in TEXTS}


def check_inside(walk: Walk, position: int, event: JsonObject, item: Item) -> None:
    """Checks an event that comes between an item's added and its done.

    Args:
        walk: What is known of the stream.
        position: The place of the event.
        event: The event.
        item: The item at its output_index.
    """
    type_ = str(event["type"])
    stem, _, end = type_.rpartition(".")
    stem = OTHER_NAMES.get(stem, stem)
    homes = HOMES.get(f"{stem}.{end}")
    sort = item.added.get("type")
    if homes is not None and sort not in homes:
        walk.add("R19", position, f"{type_} in an item of type {sort!r}")
        return
    _check_count(walk, position, event, item)
    _check_stage(walk, position, event, item)
    if stem in PART_INDEXES:
        _check_part(walk, position, event, item, stem, end)
    if stem in _TEXTS and end in ("delta", "done"):
        _check_text(walk, position, event, item, _TEXTS[stem], end)
    if type_ == "response.output_text.annotation.added":
        cited = item.annotations.setdefault(event.get("content_index"), [])
        cited.append(event.get("annotation"))


def check_whole(walk: Walk, position: int, item: Item) -> None:
    """Checks an item that has just been done against what was streamed of it.

    Args:
        walk: What is known of the stream.
        position: The place of the event that it is done with.
        item: The item.
    """
    done = item.done or {}
    for stem, index in item.open_parts:
        walk.add("R21", position, f"{stem} {index} is not done")
    for (stem, index), text in item.texts.items():
        if not text.is_done:
            walk.add("R21", position, f"{stem} {'' if index is None else index} is not done")
    said = {
        (sort.stem, index): whole
        for sort in TEXTS
        if done.get("type") in sort.items
        for index, whole in sort.of_item(done)
    }
    for key in said.keys() | item.texts.keys():
        streamed, whole = item.texts.get(key, Text()).streamed, said.get(key, "")
        if streamed != whole:
            walk.add("R11", position, f"deltas {short(streamed)}, item {short(whole)}")
    for index, part in enumerate(_parts(done)):
        _check_annotations(walk, position, item, index, part)


def _parts(item: JsonObject) -> list[JsonObject]:
    content = item.get("content")
    return [one for one in content if isinstance(one, dict)] if isinstance(content, list) else []


def _check_count(walk: Walk, position: int, event: JsonObject, item: Item) -> None:
    member = COUNTED.get(event["type"])
    if member is None:
        return
    key = (event["type"], event.get("content_index") if member == "annotation_index" else None)
    expected = item.counts.get(key, 0)
    if event.get(member) != expected:
        walk.add("R20", position, f"{member} {event.get(member)!r} where {expected} comes next")
    item.counts[key] = expected + 1


def _check_stage(walk: Walk, position: int, event: JsonObject, item: Item) -> None:
    stages = STAGES.get(str(item.added.get("type")), ())
    for number, stage in enumerate(stages):
        if event["type"] in stage:
            if number < item.stage:
                walk.add("R28", position, f"{event['type']} comes late")
            item.stage = number


def _check_part(
    walk: Walk, position: int, event: JsonObject, item: Item, stem: str, end: str
) -> None:
    key = (stem, event.get(PART_INDEXES[stem]))
    if end == "added":
        item.open_parts.add(key)
        return
    if key not in item.open_parts:
        walk.add("R10", position, f"{event['type']} for a part that is not open")
    item.open_parts.discard(key)
    part = event.get("part")
    part = part if isinstance(part, dict) else {}
    for sort in TEXTS:
        text = item.texts.get((sort.stem, key[1]))
        whole = part.get(sort.member)
        if sort.part == stem and text is not None and isinstance(whole, str):
            _compare(walk, position, text, whole)
    if stem == "response.content_part":
        _check_annotations(walk, position, item, key[1], part)


def _check_text(
    walk: Walk, position: int, event: JsonObject, item: Item, sort: TextSort, end: str
) -> None:
    index = None if sort.index is None else event.get(sort.index)
    if sort.part is not None and (sort.part, index) not in item.open_parts:
        walk.add("R10", position, f"{event['type']} for {sort.index} {index}")
    text = item.texts.setdefault((sort.stem, index), Text())
    if end == "delta":
        if text.is_done:
            walk.add("R22", position, f"{event['type']} after its done event")
        text.streamed += str(event.get("delta", ""))
        text.has_deltas = True
        return
    whole = str(event.get(sort.member, ""))
    if whole and not text.has_deltas:
        walk.add("R12", position, f"{short(whole)} without a delta")
    _compare(walk, position, text, whole)
    text.is_done = True


def _compare(walk: Walk, position: int, text: Text, whole: str) -> None:
    if text.has_deltas and text.streamed != whole:
        walk.add("R11", position, f"deltas {short(text.streamed)}, done {short(whole)}")


def _check_annotations(
    walk: Walk, position: int, item: Item, index: object, part: JsonObject
) -> None:
    streamed, said = item.annotations.get(index, []), part.get("annotations", [])
    if streamed != said:
        walk.add("R26", position, f"streamed {short(streamed)}, done {short(said)}")
