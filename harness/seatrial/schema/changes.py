"""What can change from one schema to another, in words, and for whom it breaks something."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

__all__ = ["Change", "Difference", "Drift", "Sender", "What"]


class Sender(StrEnum):
    """Who sends what changed: it decides what a change breaks."""

    CLIENT = "client"
    SERVER = "server"


class What(StrEnum):
    """The kinds of change. A change is told by its place, one of these, and what goes with it."""

    METHOD_ADDED = "method added"
    METHOD_REMOVED = "method removed"
    MEMBER_ADDED = "is new"
    REQUIRED_MEMBER_ADDED = "is new, and required"
    MEMBER_REMOVED = "is gone"
    NOW_REQUIRED = "is required now"
    NOW_OPTIONAL = "is optional now"
    NOW_NULLABLE = "may be null now"
    NEVER_NULL = "is never null any more"
    KIND_ADDED = "may now be"
    KIND_REMOVED = "is no longer"
    VALUES_OPENED = "may have any value now"
    VALUES_CLOSED = "is only one of"
    VALUE_ADDED = "has a new value,"
    VALUE_REMOVED = "has lost a value,"
    FORM_ADDED = "has a new form,"
    FORM_REMOVED = "has lost a form,"


BREAKS: dict[What, frozenset[Sender]] = {
    What.METHOD_ADDED: frozenset(),
    What.METHOD_REMOVED: frozenset(Sender),
    What.MEMBER_ADDED: frozenset(),
    What.REQUIRED_MEMBER_ADDED: frozenset({Sender.CLIENT}),
    What.MEMBER_REMOVED: frozenset(Sender),
    What.NOW_REQUIRED: frozenset({Sender.CLIENT}),
    What.NOW_OPTIONAL: frozenset({Sender.SERVER}),
    What.NOW_NULLABLE: frozenset({Sender.SERVER}),
    What.NEVER_NULL: frozenset({Sender.CLIENT}),
    What.KIND_ADDED: frozenset({Sender.SERVER}),
    What.KIND_REMOVED: frozenset({Sender.CLIENT}),
    What.VALUES_OPENED: frozenset({Sender.SERVER}),
    What.VALUES_CLOSED: frozenset({Sender.CLIENT}),
    What.VALUE_ADDED: frozenset({Sender.SERVER}),
    What.VALUE_REMOVED: frozenset({Sender.CLIENT}),
    What.FORM_ADDED: frozenset({Sender.SERVER}),
    What.FORM_REMOVED: frozenset({Sender.CLIENT}),
}
"""Who has to send a thing for its change to break a client that was made for the older schema:
what such a client sends is refused, or what it receives is not what it can read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One change of one place of a definition.

    Attributes:
        path: The place below the definition; empty for the whole.
        what: What changed.
        detail: The value, the form or the kind, where it is one.
    """

    path: str
    what: What
    detail: str = ""


class Change(BaseModel):
    """One change, with where it is felt.

    Attributes:
        owner: The method, or the definition, that it is in.
        path: The place below that; empty for the whole.
        what: What changed.
        detail: The value, the form or the kind, where it is one.
        breaking: Whether a client made for the older schema can stumble over it.
        senders: Who sends it.
        methods: The methods in whose messages it is; the one that it is of, for a method.
        dialects: The dialects of those.
    """

    model_config = ConfigDict(frozen=True)

    owner: str
    path: str = ""
    what: What
    detail: str = ""
    breaking: bool
    senders: tuple[Sender, ...]
    methods: tuple[str, ...]
    dialects: tuple[str, ...]

    @property
    def is_method(self) -> bool:
        """Whether a method as a whole came or went."""
        return self.what in {What.METHOD_ADDED, What.METHOD_REMOVED}

    @property
    def place(self) -> str:
        """Where it is, below its owner; `it` for the whole of that."""
        return self.path.removeprefix(".") or "it"

    @property
    def words(self) -> str:
        """What happened there."""
        return f"{self.what.value} {self.detail}".strip()


class Drift(BaseModel):
    """Everything that changed between two schemas.

    Attributes:
        before: Whose the older schema is.
        after: Whose the newer one is.
        changes: What changed, methods first.
    """

    model_config = ConfigDict(frozen=True)

    before: str
    after: str
    changes: tuple[Change, ...] = ()

    @property
    def breaking(self) -> int:
        """How many of the changes are breaking."""
        return sum(change.breaking for change in self.changes)
