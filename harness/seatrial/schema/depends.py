"""What a user depends on, as a list in a file, and what of it a newer schema breaks."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from seatrial.errors import SeatrialError
from seatrial.schema.bundle import Bundle, Kind, Message
from seatrial.schema.changes import Sender
from seatrial.schema.trace import Trace, trace

__all__ = ["BadDependency", "Dependency", "Violation", "read_dependencies", "violations"]

KEY = "depends"
_ENTRY = re.compile(r"(?P<method>[^.=\s]+)(\.(?P<path>[^=\s]+))?(=(?P<value>\S+))?")


class BadDependency(SeatrialError):
    """An entry of the list that means nothing in either schema, or a list that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """One entry of the list.

    Attributes:
        text: As it was written: `method`, `method.params.member`, `method.result.member`, any of
            them with `=value` behind it.
        method: The method.
        path: `params` or `result`, and the names of members below it.
        value: A value that the last member may have.
    """

    text: str
    method: str
    path: tuple[str, ...] = ()
    value: str | None = None


class Violation(BaseModel):
    """An entry of the list that the newer schema breaks, and how."""

    model_config = ConfigDict(frozen=True)

    entry: str
    how: str


def read_dependencies(file: Path) -> list[Dependency]:
    """Reads a list: a TOML file with `depends = [...]`, or a text with an entry a line.

    In a text, what follows a `#` is a comment.

    Raises:
        BadDependency: The file cannot be read, is empty, or an entry has not the form of one.
    """
    try:
        text = file.read_text("utf-8")
        entries = _toml(text) if file.suffix == ".toml" else list(_lines(text))
    except OSError as error:
        raise _unreadable(file, error.strerror or str(error)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _unreadable(file, str(error)) from None
    if not entries:
        raise _unreadable(file, "no entry")
    return [_parsed(entry) for entry in entries]


def violations(before: Bundle, after: Bundle, listed: Iterable[Dependency]) -> list[Violation]:
    """Returns what the newer schema breaks of what is depended on.

    Raises:
        BadDependency: Neither schema has what an entry names.
    """
    return [
        Violation(entry=entry.text, how=how)
        for entry in listed
        for how in _broken(before, after, entry)
    ]


def _broken(before: Bundle, after: Bundle, entry: Dependency) -> Iterator[str]:
    old, new = _find(before, entry.method), _find(after, entry.method)
    if old is None and new is None:
        raise _unknown(entry, entry.method, (one.method for one in _all(before)))
    if old is None:
        return  # it comes with the newer schema
    if new is None:
        yield "the method is gone"
        return
    if not entry.path:
        yield from _refused(before, after, old, new)
        return
    a, b = trace(before, old, entry.path), trace(after, new, entry.path)
    if not a.places and not b.places:
        raise _unknown(entry, a.missing, a.there)
    if not a.places:
        return
    if not b.places:
        yield f"{b.missing} is gone"
        return
    yield from _value(entry, a, b) if entry.value else _place(_sender(old, entry.path[0]), a, b)


def _refused(before: Bundle, after: Bundle, old: Message, new: Message) -> Iterator[str]:
    """Yields why a request that the older schema allows is refused by the newer one."""
    if not old.kind.from_client:
        return
    a, b = trace(before, old, ("params",)), trace(after, new, ("params",))
    for name in sorted(b.required - a.required):
        yield f"the client has to send params.{name} now"


def _place(sender: Sender, a: Trace, b: Trace) -> Iterator[str]:
    """Yields what of a member's presence and kind breaks; who sends it decides which way."""
    if sender is Sender.SERVER:
        if a.always and not b.always:
            yield "it may be missing now"
        if b.nullable and not a.nullable:
            yield "it may be null now"
        if more := b.kinds - a.kinds:
            yield f"it may be {' or '.join(sorted(more))} now"
        return
    if a.nullable and not b.nullable:
        yield "it may not be null any more"
    if less := a.kinds - b.kinds:
        yield f"it may not be {' or '.join(sorted(less))} any more"
    if a.values and (gone := a.values - b.values) and b.values:
        yield f"it may not be {', '.join(sorted(gone))} any more"
    for name in sorted(b.required - a.required):
        yield f"it has to have the member {name} now"


def _value(entry: Dependency, a: Trace, b: Trace) -> Iterator[str]:
    assert entry.value is not None
    if entry.value not in a.values | b.values:
        raise _unknown(entry, entry.value, a.values)
    if entry.value in a.values and entry.value not in b.values:
        yield "the value is gone"


def _sender(message: Message, part: str) -> Sender:
    """Returns who sends the params, or the result, of a method."""
    by_client = message.kind.from_client == (part == "params")
    return Sender.CLIENT if by_client else Sender.SERVER


def _find(bundle: Bundle, method: str) -> Message | None:
    return next((found for kind in Kind if (found := bundle.find(kind, method))), None)


def _all(bundle: Bundle) -> Iterator[Message]:
    return (message for kind in Kind for message in bundle.messages[kind].values())


def _toml(text: str) -> list[str]:
    entries = tomllib.loads(text).get(KEY, [])
    return list(map(str, entries)) if isinstance(entries, list) else []


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if entry := line.partition("#")[0].strip():
            yield entry


def _parsed(text: str) -> Dependency:
    found = _ENTRY.fullmatch(text)
    path = tuple((found["path"] or "").split(".")) if found and found["path"] else ()
    if found is None or (path and path[0] not in {"params", "result"}):
        raise BadDependency(
            f"the entry {text!r} cannot be read",
            expected="METHOD, METHOD.params.MEMBER or METHOD.result.MEMBER, and =VALUE behind it",
            arrived=text,
            cause="is `params` or `result` missing between the method and the member?",
            remedy="for example: turn/completed.params.turn.status=failed",
        )
    return Dependency(text=text, method=found["method"], path=path, value=found["value"])


def _unknown(entry: Dependency, name: str, known: Iterable[str]) -> BadDependency:
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=1)
    return BadDependency(
        f"neither schema has {entry.text}",
        expected=f"one of {', '.join(names[:12]) or 'nothing'}{', …' if len(names) > 12 else ''}",
        arrived=name,
        cause=f"did you mean {near[0]}?" if near else "is it misspelt, or of another server?",
        remedy="correct the list: an entry that means nothing watches over nothing",
    )


def _unreadable(file: Path, arrived: str) -> BadDependency:
    return BadDependency(
        f"the list {file} cannot be read",
        expected=f"a TOML file with {KEY} = [...], or a text with an entry a line",
        arrived=arrived,
        cause="is the path right, and the file saved?",
        remedy="see docs/drift.md for an example",
    )
