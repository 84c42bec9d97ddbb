"""Holds what a server sends against the schema that it writes of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jsonschema import Draft7Validator

from seatrial.journal import Direction, Entry
from seatrial.jsonrpc import (
    ErrorResponse,
    IdKey,
    Malformed,
    Notification,
    Request,
    Response,
    id_key,
)
from seatrial.schema.bundle import Bundle, Kind
from seatrial.schema.members import undescribed
from seatrial.schema.words import misfit

__all__ = ["Examined", "Fault", "Finding", "Validator"]

ERROR = {"$ref": "#/definitions/JSONRPCError"}


class Fault(StrEnum):
    """What can be wrong with a message."""

    UNFIT = "it does not fit its schema"
    UNKNOWN = "the schema has no such message"
    UNDESCRIBED = "it has a member that its schema does not describe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A message of the server's that its schema does not have like this.

    Attributes:
        fault: What is wrong.
        message: What it is, such as `the notification turn/started`.
        path: The place in it, as a JSON path.
        expected: What the schema wants there.
        arrived: What was there.
        seq: Its place in the journal.
    """

    fault: Fault
    message: str
    seq: int
    path: str = "$"
    expected: str = ""
    arrived: str = ""

    def __str__(self) -> str:
        """The finding in a line."""
        if self.fault is Fault.UNFIT:
            return f"{self.message}: at {self.path} wanted {self.expected}, came {self.arrived}"
        return self.message + (f": {self.path}" if self.fault is Fault.UNDESCRIBED else "")


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of holding messages against their schema.

    Attributes:
        findings: What is wrong, in the messages' order.
        count: How many messages were looked at.
    """

    findings: tuple[Finding, ...]
    count: int

    def of(self, fault: Fault) -> list[str]:
        """Returns what is wrong in one way, a line each, each line once."""
        return list(dict.fromkeys(str(one) for one in self.findings if one.fault is fault))


class Validator:
    """The schema of one release, ready to be held against messages.

    Args:
        bundle: The schema.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._root = Draft7Validator(dict(bundle.document))

    def examine(self, entries: Iterable[Entry]) -> Examined:
        """Looks at the server's messages in a journal.

        An answer is held against the method of the request that it belongs to. Lines that are no
        messages are not looked at: they are another requirement's.
        """
        asked: dict[IdKey, str] = {}
        found: list[Finding] = []
        count = 0
        for entry in entries:
            message = entry.message
            if entry.direction is Direction.CLIENT and isinstance(message, Request):
                asked[id_key(message.id)] = message.method
            elif entry.direction is Direction.SERVER and not isinstance(message, Malformed):
                count += 1
                found += self._look(entry, asked)
        return Examined(tuple(found), count)

    def _look(self, entry: Entry, asked: dict[IdKey, str]) -> Iterator[Finding]:
        message = entry.message
        if isinstance(message, Notification):
            known = self._bundle.find(Kind.SERVER_NOTIFICATION, message.method)
            name = f"the notification {message.method}"
            yield from self._whole(known and known.schema, entry, name)
        elif isinstance(message, Request):
            known = self._bundle.find(Kind.SERVER_REQUEST, message.method)
            yield from self._whole(known and known.schema, entry, f"the request {message.method}")
        elif isinstance(message, Response | ErrorResponse):
            method = asked.pop(id_key(message.id), "")
            known = self._bundle.find(Kind.CLIENT_REQUEST, method)
            if isinstance(message, ErrorResponse):
                yield from self._whole(
                    ERROR, entry, f"the error in answer to {method or 'nothing'}"
                )
            elif known is None or known.result is not None:
                schema = known and _answer(known.result)
                yield from self._whole(schema, entry, f"the answer to {method or 'nothing'}")

    def _whole(self, schema: Any, entry: Entry, name: str) -> Iterator[Finding]:
        """Holds a whole message against its schema; None for one that is not in the schema."""
        if schema is None:
            yield Finding(fault=Fault.UNKNOWN, message=name, seq=entry.seq)
            return
        errors = list(self._root.evolve(schema=schema).iter_errors(entry.raw))
        for wrong in map(misfit, errors):
            yield Finding(
                fault=Fault.UNFIT,
                message=name,
                path=wrong.path,
                expected=wrong.expected,
                arrived=wrong.arrived,
                seq=entry.seq,
            )
        for path in () if errors else undescribed(self._bundle, self._root, schema, entry.raw):
            yield Finding(fault=Fault.UNDESCRIBED, message=name, path=path, seq=entry.seq)


def _answer(result: Any) -> dict[str, Any]:
    """Returns the schema of a whole answer with a result."""
    members = {"id": {"$ref": "#/definitions/RequestId"}, "result": result, "jsonrpc": {}}
    return {"type": "object", "required": ["id", "result"], "properties": members}
