"""Compares two schemas: each definition once, and each change with the methods that feel it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from seatrial.schema.bundle import Bundle, Kind, Message, reference_of
from seatrial.schema.changes import BREAKS, Change, Difference, Drift, Sender, What
from seatrial.schema.view import ANYTHING, View, core_of, view

__all__ = ["compare"]

Json = Any


@dataclass(frozen=True, slots=True)
class _Pair:
    """A place in the older schema and its counterpart, by the name under which it is reported."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Use:
    """A method in whose messages something is, and who sends those."""

    method: str
    sender: Sender
    dialects: tuple[str, ...]


def compare(before: Bundle, after: Bundle) -> Drift:
    """Returns what changed from one schema to another."""
    return _Comparison(before, after).drift()


class _Comparison:
    def __init__(self, before: Bundle, after: Bundle) -> None:
        self._before = before
        self._after = after
        self._found: dict[_Pair, list[Difference]] = {}
        self._inner: dict[_Pair, set[_Pair]] = defaultdict(set)
        self._uses: dict[_Pair, set[_Use]] = defaultdict(set)
        self._roots: dict[_Pair, set[str]] = defaultdict(set)

    def drift(self) -> Drift:
        methods = list(self._methods())
        for kind in Kind:
            for name, old in self._before.messages[kind].items():
                if (new := self._after.find(kind, name)) is not None:
                    self._message(old, new)
        told_by_event = {self._before.events, self._after.events}
        changes = [
            change
            for pair in self._found
            if pair.name not in told_by_event
            for change in self._changes(pair)
        ]
        changes.sort(key=lambda change: (change.owner, change.path, change.what, change.detail))
        return Drift(
            before=self._before.title, after=self._after.title, changes=(*methods, *changes)
        )

    def _methods(self) -> Iterator[Change]:
        """Yields the methods that came and went."""
        for kind in Kind:
            old, new = self._before.messages[kind], self._after.messages[kind]
            sender = Sender.CLIENT if kind.from_client else Sender.SERVER
            for one, what in (
                *((old[name], What.METHOD_REMOVED) for name in sorted(old.keys() - new.keys())),
                *((new[name], What.METHOD_ADDED) for name in sorted(new.keys() - old.keys())),
            ):
                yield Change(
                    owner=kind.words,
                    what=what,
                    detail=one.method,
                    breaking=sender in BREAKS[what],
                    senders=(sender,),
                    methods=(one.method,),
                    dialects=one.dialects,
                )

    def _message(self, old: Message, new: Message) -> None:
        """Compares the params of a method, and its answer."""
        ours, theirs = Sender.CLIENT, Sender.SERVER
        sender, answerer = (ours, theirs) if old.kind.from_client else (theirs, ours)
        for part, a, b, who in (
            ("params", old.params, new.params, sender),
            ("result", old.result, new.result, answerer),
        ):
            root = _Pair(f"{old.method}.{part}", "", "")
            found = list(self._part(root, a, b))
            if found:
                self._found[root] = found
            for pair in self._inner[root]:
                if reference_of(core_of(b)[0]) == pair.after:
                    self._roots[pair].add(root.name)
            use = _Use(old.method, who, new.dialects)
            for pair in self._below(root):
                self._uses[pair].add(use)

    def _part(self, root: _Pair, a: Json, b: Json) -> Iterator[Difference]:
        """Compares the params or the answers of a method, of which it may have none."""
        if a is not None and b is not None:
            yield from self._place(root, a, b, "")
        elif a is not None:
            yield Difference(path="", what=What.MEMBER_REMOVED)
        elif b is not None:
            must = not core_of(b)[1]
            what = What.REQUIRED_MEMBER_ADDED if must else What.MEMBER_ADDED
            yield Difference(path="", what=what)

    def _below(self, root: _Pair) -> set[_Pair]:
        """Returns a pair and every pair that it leads to."""
        seen, todo = {root}, [root]
        while todo:
            for pair in self._inner[todo.pop()] - seen:
                seen.add(pair)
                todo.append(pair)
        return seen

    def _definitions(self, pair: _Pair) -> None:
        """Compares two definitions, once."""
        if pair not in self._found:
            self._found[pair] = []
            a, b = ({"$ref": f"#/definitions/{name}"} for name in (pair.before, pair.after))
            old, new = self._before.resolve(a), self._after.resolve(b)
            self._found[pair] = list(self._place(pair, old, new, ""))

    def _place(self, owner: _Pair, a: Json, b: Json, path: str) -> Iterator[Difference]:
        """Compares two places; what is defined elsewhere is compared there."""
        if a == b and reference_of(core_of(a)[0]) is None and not _refers(a):
            return
        (a, old_null), (b, new_null) = core_of(a), core_of(b)
        if old_null != new_null:
            what = What.NOW_NULLABLE if new_null else What.NEVER_NULL
            yield Difference(path=path, what=what)
        old, new = reference_of(a), reference_of(b)
        if old is not None and new is not None:
            pair = _Pair(new, old, new)
            self._inner[owner].add(pair)
            self._definitions(pair)
            return
        yield from self._views(owner, view(self._before, a), view(self._after, b), path)

    def _views(self, owner: _Pair, a: View, b: View, path: str) -> Iterator[Difference]:
        yield from _kinds(a, b, path)
        if not a.kinds & b.kinds:
            return
        yield from _values(a, b, path)
        yield from self._members(owner, a, b, path)
        for form in sorted(a.forms.keys() - b.forms.keys()):
            yield Difference(path=path, what=What.FORM_REMOVED, detail=form)
        for form in sorted(b.forms.keys() - a.forms.keys()):
            yield Difference(path=path, what=What.FORM_ADDED, detail=form)
        for form in sorted(a.forms.keys() & b.forms.keys()):
            yield from self._place(owner, a.forms[form], b.forms[form], f"{path}<{form}>")
        if a.items is not None and b.items is not None:
            yield from self._place(owner, a.items, b.items, f"{path}[]")
        if a.others is not None and b.others is not None:
            yield from self._place(owner, a.others, b.others, f"{path}.*")

    def _members(self, owner: _Pair, a: View, b: View, path: str) -> Iterator[Difference]:
        for name in sorted(a.members.keys() | b.members.keys()):
            place = f"{path}.{name}"
            if name not in b.members:
                yield Difference(path=place, what=What.MEMBER_REMOVED)
            elif name not in a.members:
                must = name in b.required
                what = What.REQUIRED_MEMBER_ADDED if must else What.MEMBER_ADDED
                yield Difference(path=place, what=what)
            else:
                if (name in a.required) != (name in b.required):
                    must = name in b.required
                    what = What.NOW_REQUIRED if must else What.NOW_OPTIONAL
                    yield Difference(path=place, what=what)
                yield from self._place(owner, a.members[name], b.members[name], place)

    def _changes(self, pair: _Pair) -> Iterator[Change]:
        uses, roots = self._uses[pair], self._roots[pair]
        name = next(iter(roots)) if len(roots) == len(uses) == 1 else pair.name
        senders = {use.sender for use in uses}
        for one in self._found[pair]:
            yield Change(
                owner=name,
                path=one.path,
                what=one.what,
                detail=one.detail,
                breaking=bool(senders & BREAKS[one.what]),
                senders=tuple(sorted(senders)),
                methods=tuple(sorted({use.method for use in uses})),
                dialects=tuple(sorted({name for use in uses for name in use.dialects})),
            )


def _values(a: View, b: View, path: str) -> Iterator[Difference]:
    """Yields the values that came and went, where both name them, or one of them does."""
    if bool(a.values) != bool(b.values):
        what = What.VALUES_OPENED if a.values else What.VALUES_CLOSED
        yield Difference(path=path, what=what, detail=", ".join(sorted(b.values)))
        return
    for value in sorted(a.values - b.values):
        yield Difference(path=path, what=What.VALUE_REMOVED, detail=value)
    for value in sorted(b.values - a.values):
        yield Difference(path=path, what=What.VALUE_ADDED, detail=value)


def _kinds(a: View, b: View, path: str) -> Iterator[Difference]:
    """Yields the kinds that came and went; what may be anything takes every kind already."""
    for kind in sorted(b.kinds - a.kinds):
        if ANYTHING not in a.kinds:
            yield Difference(path=path, what=What.KIND_ADDED, detail=kind)
    for kind in sorted(a.kinds - b.kinds):
        if ANYTHING not in b.kinds:
            only = f"{kind}, but {' or '.join(sorted(b.kinds))}"
            yield Difference(path=path, what=What.KIND_REMOVED, detail=only)


def _refers(schema: Json) -> bool:
    return "$ref" in repr(schema)
