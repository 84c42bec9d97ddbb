"""Reads the replies of a script file: which keys there are, and what stands under each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from seatrial_provider.errors import ScriptError
from seatrial_provider.gates import Gate
from seatrial_provider.responses.usage import Usage
from seatrial_provider.script.files.kinds import endings, faulty, intents
from seatrial_provider.script.files.troubles import Path, ScriptFileError
from seatrial_provider.script.files.values import Values
from seatrial_provider.script.lint import overlaps
from seatrial_provider.script.order import InOrder
from seatrial_provider.script.reply import Reply, reply
from seatrial_provider.script.script import check_name
from seatrial_provider.script.section import numbered

if TYPE_CHECKING:
    from seatrial_provider.script.conditions.base import Condition
    from seatrial_provider.script.files.document import Document

Entry = Reply | InOrder
Gates = Mapping[str, Gate]

PLAIN: Mapping[str, Any] = MappingProxyType(
    {"permanent": bool, "usage": Usage, "headers": dict[str, str], "queued": bool}
)
"""The keys of a reply whose values are read by their type alone, with the type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationScript:
    """The part of a script file that is for one conversation.

    Attributes:
        name: What the conversation is called.
        when: Which requests are of it; None for those that name it so.
        entries: Its replies, in order.
    """

    name: str
    when: Condition | None
    entries: tuple[Entry, ...]


class Reading:
    """Reads one document.

    Args:
        document: The document.

    Attributes:
        gates: The gates that the file names, as far as they were read.
    """

    def __init__(self, document: Document) -> None:
        self.gates: dict[str, Gate] = {}
        self._values = Values(document)
        self._readers: Mapping[str, Callable[[Any, Path], Any]] = {
            "intents": self._intents,
            "when": self._values.condition,
            "gates": self._gates,
            "faults": self._faults,
            "ending": lambda value, path: self._values.one_of(endings(), value, path),
            **{key: self._plain(kind) for key, kind in PLAIN.items()},
        }

    def script(self) -> tuple[tuple[Entry, ...], tuple[ConversationScript, ...]]:
        """Reads the whole document.

        Returns:
            The common replies, and the parts for conversations.

        Raises:
            ScriptFileError: Something is wrong with it.
        """
        members = self._members(
            self._values.document.value, (), known=("replies", "conversations", "$schema")
        )
        entries = self._section(members.get("replies", []), ("replies",))
        named = members.get("conversations", {})
        conversations: tuple[ConversationScript | None, ...] = ()
        if isinstance(named, dict):
            path = ("conversations",)
            conversations = tuple(
                self._conversation(name, value, (*path, name)) for name, value in named.items()
            )
        else:
            self._values.wrong(("conversations",), named, expected="an object")
        if self._values.troubles:
            raise ScriptFileError(self._values.troubles)
        return entries, tuple(one for one in conversations if one is not None)

    def _conversation(self, name: str, value: object, path: Path) -> ConversationScript | None:
        try:
            check_name(name)
        except ScriptError as error:
            self._values.note_error(path, error)
        members = self._members(value, path, known=("when", "replies"))
        when = None
        if "when" in members:
            when = self._values.condition(members["when"], (*path, "when"))
        entries = self._section(members.get("replies", []), (*path, "replies"), name=name)
        return ConversationScript(name=name, when=when, entries=entries)

    def _section(self, value: object, path: Path, *, name: str = "") -> tuple[Entry, ...]:
        before = len(self._values.troubles)
        entries = self._list(value, path, self._entry)
        if len(self._values.troubles) > before:
            return ()
        places = [place for n, entry in enumerate(entries) for place in _places(entry, (*path, n))]
        for overlap in overlaps([], numbered(entries, conversation=name)):
            if overlap.is_total:
                self._values.note_error(places[overlap.second.number - 1], overlap.error())
        return tuple(entries)

    def _entry(self, value: object, path: Path) -> Entry | None:
        if isinstance(value, dict) and "in_order" in value:
            members = self._members(value, path, known=("in_order",))
            group = self._list(members["in_order"], (*path, "in_order"), self._reply)
            return InOrder(replies=tuple(group))
        return self._reply(value, path)

    def _reply(self, value: object, path: Path) -> Reply | None:
        kinds = intents().kinds
        before = len(self._values.troubles)
        members = self._members(value, path, known=(*self._readers, *kinds, "in_order"))
        options = {
            key: self._readers[key](inner, (*path, key))
            for key, inner in members.items()
            if key in self._readers
        }
        said = [
            self._values.named(intents(), key, inner, path)
            for key, inner in members.items()
            if key in kinds
        ]
        wanted = options.pop("intents", [])
        if len(said) > 1 or (said and "intents" in members):
            self._values.note(
                path,
                "a reply says in two ways what the model does",
                expected="one intent by its name, or a list of them under intents",
                arrived=", ".join(key for key in members if key in (*kinds, "intents")),
                cause="Is the dash of the next reply missing?",
                remedy="Put all of them into one list under intents.",
            )
        if len(self._values.troubles) > before:
            return None
        try:
            made = reply(*said, *wanted, **options)
        except ScriptError as error:
            self._values.note_error(path, error)
            return None
        document = self._values.document
        return replace(made, origin=f"{document.file}:{document.place(path).line}")

    def _intents(self, value: object, path: Path) -> list[Any]:
        if isinstance(value, dict):
            return [self._values.one_of(intents(), value, path)]
        return self._list(value, path, lambda each, at: self._values.one_of(intents(), each, at))

    def _faults(self, value: object, path: Path) -> list[Any]:
        return self._list(value, path, lambda each, at: self._values.one_of(faulty(), each, at))

    def _gates(self, value: object, path: Path) -> Gates | None:
        names = self._values.made(dict[str, str], value, path)
        if names is None:
            return None
        return {point: self.gates.setdefault(n, Gate(n)) for point, n in names.items()}

    def _plain(self, kind: Any) -> Callable[[Any, Path], Any]:
        return lambda value, path: self._values.made(kind, value, path)

    def _list(self, value: object, path: Path, read: Callable[[Any, Path], Any]) -> list[Any]:
        if not isinstance(value, list):
            self._values.wrong(path, value, expected="a list")
            return []
        found = [read(one, (*path, n)) for n, one in enumerate(value)]
        return [one for one in found if one is not None]

    def _members(self, value: object, path: Path, *, known: Iterable[str]) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self._values.wrong(path, value, expected=f"an object with {', '.join(known)}")
            return {}
        for key in value:
            if key not in known:
                self._values.unknown((*path, key), key, what="key", known=known)
        return {key: inner for key, inner in value.items() if key in known}


def _places(entry: Entry, path: Path) -> list[Path]:
    if isinstance(entry, Reply):
        return [path]
    return [(*path, "in_order", number) for number in range(len(entry.replies))]
