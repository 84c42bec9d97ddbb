"""Checks a whole chat stream against the rules, as a pure function over what its events carry."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from seatrial_provider.chat.rules import ChatViolation
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.wire.sse import carried, object_or_text

DONE = "[DONE]"
"""The data of the last event."""

_CUT_SHORT = frozenset({"length", "content_filter"})
_STABLE = ("id", "created", "model")
_LONGEST = 120
_PARTS = ("prompt", "completion", "total")

Placed = list[tuple[int, JsonObject]]
"""Chunks, each with its place among the events."""


@dataclass(slots=True)
class _Choice:
    """What was streamed of one choice so far."""

    begun: bool = False
    finish_reason: str | None = None
    calls: dict[int, JsonObject] = field(default_factory=dict)


@dataclass(slots=True)
class _Walk:
    """The state while the chunks are read in order."""

    violations: list[ChatViolation] = field(default_factory=list)
    choices: dict[int, _Choice] = field(default_factory=dict)

    def add(self, rule: str, position: int | None, detail: object) -> None:
        shown = str(detail)[:_LONGEST]
        self.violations.append(ChatViolation(rule=rule, position=position, detail=shown))


def check_chat_stream(
    stream: bytes | Sequence[JsonObject | str],
    *,
    usage_asked: bool | None = None,
    names: Sequence[str | None] | None = None,
) -> list[ChatViolation]:
    """Checks a whole stream against the rules.

    Unknown members are not its business: validate the chunks against a schema beside it.

    Args:
        stream: The stream as it came over the wire, in any framing that server-sent events
            allow; or what its events carry, in order: objects, and `[DONE]` as a text.
        usage_asked: Whether the request has `stream_options.include_usage`; None leaves open
            whether there is usage.
        names: The names of the `event:` lines in the same order; None leaves C01 out.

    Returns:
        Every violation found; empty for a correct stream.
    """
    walk = _Walk()
    own_names, data = carried(stream)
    names = own_names or names
    for position, name in enumerate(names or ()):
        if name is not None:
            walk.add("C01", position, name)
    for position, one in enumerate(data):
        if one != DONE and not (isinstance(one, dict) and _is_known(one)):
            walk.add("C02", position, one)
    objects = [(place, one) for place, one in enumerate(data) if isinstance(one, dict)]
    chunks = [placed for placed in objects if "error" not in placed[1]]
    errors = [place for place, one in objects if "error" in one]
    _check_stable(walk, chunks)
    for position, chunk in chunks:
        for choice in _objects(chunk.get("choices")):
            _check_choice(walk, position, choice)
    _check_usage(walk, chunks, asked=usage_asked, cut=bool(errors))
    if errors:
        _check_error(walk, data, errors[0])
    else:
        _check_end(walk, data)
    return walk.violations


def _check_stable(walk: _Walk, chunks: Placed) -> None:
    for position, chunk in chunks:
        for name in _STABLE:
            first = chunks[0][1].get(name)
            if first is None or chunk.get(name) != first:
                walk.add("C03", position, f"{name} {chunk.get(name)!r}, at first {first!r}")


def _check_choice(walk: _Walk, position: int, choice: JsonObject) -> None:
    index, reason, delta = (
        choice.get("index"),
        choice.get("finish_reason"),
        _object(choice, "delta"),
    )
    if not isinstance(index, int) or not 0 <= index <= len(walk.choices):
        walk.add("C04", position, f"{index!r} where {len(walk.choices)} comes next")
        return
    known = walk.choices.setdefault(index, _Choice())
    if known.finish_reason is not None:
        walk.add("C10" if reason is not None else "C11", position, choice)
    if delta.get("role") != (None if known.begun else "assistant"):
        walk.add("C05", position, f"role {delta.get('role')!r}")
    known.begun = True
    for piece in _objects(delta.get("tool_calls")):
        _check_piece(walk, position, known, piece)
    known.finish_reason = str(reason) if reason is not None else known.finish_reason


def _check_piece(walk: _Walk, position: int, choice: _Choice, piece: JsonObject) -> None:
    index = piece.get("index")
    said = _object(piece, "custom") or _object(piece, "function")
    heading = (piece.get("id"), piece.get("type"), said.get("name"))
    given = str(said.get("arguments") or said.get("input") or "")
    if not isinstance(index, int) or not 0 <= index <= len(choice.calls):
        walk.add("C06", position, f"{index!r} where {len(choice.calls)} comes next")
        return
    call = choice.calls.get(index)
    if call is not None:
        if any(part is not None for part in heading):
            walk.add("C08", position, f"{heading} of call {index}")
        call["given"] += given
        return
    if not all(heading):
        walk.add("C07", position, f"{heading} of call {index}")
    if heading[0] in [other["id"] for other in choice.calls.values()]:
        walk.add("C18", position, heading[0])
    choice.calls[index] = {"id": heading[0], "type": heading[1], "given": given}


def _check_usage(walk: _Walk, chunks: Placed, *, asked: bool | None, cut: bool) -> None:
    told = [(place, chunk) for place, chunk in chunks if chunk.get("usage") is not None]
    if (told and asked is False) or (asked and not told and not cut):
        walk.add("C13", told[0][0] if told else None, f"{len(told)} of them")
    for position, chunk in chunks:
        if not chunk.get("choices") and chunk.get("usage") is None:
            walk.add("C19", position, chunk)
    for position, chunk in told:
        if chunk.get("choices") or position != chunks[-1][0]:
            walk.add("C14", position, chunk)
        if not _adds_up(chunk["usage"]):
            walk.add("C15", position, chunk["usage"])


def _check_error(walk: _Walk, data: Sequence[JsonObject | str], position: int) -> None:
    after = data[position + 1 :]
    if after not in ([], [DONE]):
        walk.add("C17", position, f"{len(after)} events after it")


def _check_end(walk: _Walk, data: Sequence[JsonObject | str]) -> None:
    ends = [position for position, one in enumerate(data) if one == DONE]
    if ends != [len(data) - 1]:
        walk.add("C16", None, f"at {ends} of {len(data)} events")
    if not walk.choices:
        walk.add("C04", None, "no choice")
    for index, choice in walk.choices.items():
        if choice.finish_reason is None:
            walk.add("C10", None, f"none of choice {index}")
        elif choice.finish_reason not in _CUT_SHORT:
            _check_calls(walk, choice)


def _check_calls(walk: _Walk, choice: _Choice) -> None:
    if bool(choice.calls) != (choice.finish_reason == "tool_calls"):
        walk.add("C12", None, f"{choice.finish_reason!r} with {len(choice.calls)} calls")
    for call in choice.calls.values():
        if call["type"] == "function" and isinstance(object_or_text(call["given"]), str):
            walk.add("C09", None, repr(call["given"]))


def _is_known(data: JsonObject) -> bool:
    return "error" in data or data.get("object") == "chat.completion.chunk"


def _adds_up(usage: object) -> bool:
    if not isinstance(usage, dict):
        return False
    read, written, total = (usage.get(f"{part}_tokens") for part in _PARTS)
    return isinstance(read, int) and isinstance(written, int) and total == read + written


def _object(holder: JsonObject, name: str) -> JsonObject:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
