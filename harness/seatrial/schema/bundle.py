"""A server's own schema, read: its messages by method, and what each of them has to look like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from seatrial.errors import SeatrialError
from seatrial.profiles import Schema

__all__ = ["BadSchema", "Bundle", "Kind", "Message", "reference_of"]

Json = Any
ROOT = "#/definitions/"
NEWER = "v2/"
"""The group of definitions that app_v2 has to itself."""

EVERYWHERE = ("initialize", "initialized")
"""The handshake, which both dialects of an app-server share."""


class BadSchema(SeatrialError):
    """A schema that cannot be read as that of an agent server's messages."""


class Kind(StrEnum):
    """Who sends a message, and whether it wants an answer. The values are the schema's names."""

    CLIENT_REQUEST = "ClientRequest"
    CLIENT_NOTIFICATION = "ClientNotification"
    SERVER_REQUEST = "ServerRequest"
    SERVER_NOTIFICATION = "ServerNotification"

    @property
    def words(self) -> str:
        """The kind in words."""
        return f"{'client' if self.from_client else 'server'} {self.noun}"

    @property
    def noun(self) -> str:
        """Request or notification."""
        return "request" if self.value.endswith("Request") else "notification"

    @property
    def from_client(self) -> bool:
        """Whether the client sends it."""
        return self.value.startswith("Client")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One method.

    Attributes:
        kind: Who sends it.
        method: Its name.
        dialects: The dialects that it belongs to.
        schema: The schema of the whole message.
        params: The schema of its params; None where it has none.
        result: The schema of the answer; None where it wants none, or where it is not known.
    """

    kind: Kind
    method: str
    dialects: tuple[str, ...]
    schema: Json
    params: Json = None
    result: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The schema of one release of a server.

    Attributes:
        title: Whose it is.
        document: The whole JSON Schema, draft 7, with all its definitions.
        messages: Every method, by kind and name.
        events: The definition whose forms are told as notifications, if there is one.
        holes: The definitions that are referred to and are not there; anything fits them.
    """

    title: str
    document: Mapping[str, Json] = field(repr=False)
    messages: Mapping[Kind, Mapping[str, Message]]
    events: str | None = None
    holes: tuple[str, ...] = ()

    def resolve(self, schema: Json) -> Json:
        """Returns what a schema refers to; itself where it refers to nothing."""
        seen: set[str] = set()
        while (name := reference_of(schema)) is not None and name not in seen:
            seen.add(name)
            schema = _definition(self.document["definitions"], name)
        return schema

    def find(self, kind: Kind, method: str) -> Message | None:
        """Returns a method, if the schema has it."""
        return self.messages[kind].get(method)

    @classmethod
    def read(cls, document: Json, said: Schema | None, *, title: str) -> Bundle:
        """Reads a schema.

        Args:
            document: The JSON Schema with all definitions.
            said: What the server's profile says about it.
            title: Whose it is.

        Raises:
            BadSchema: It has no definitions of messages.
        """
        definitions = document.get("definitions") if isinstance(document, dict) else None
        if not isinstance(definitions, dict) or Kind.CLIENT_REQUEST not in definitions:
            have = ", ".join(sorted(definitions)[:8]) if isinstance(definitions, dict) else "none"
            raise BadSchema(
                f"the schema of {title} names no messages",
                expected="a JSON Schema whose definitions have " + ", ".join(Kind),
                arrived=f"definitions: {have or 'none'}",
                cause="is it the schema of one message and not of all of them?",
                remedy="give the folder that the server wrote, or its file with all definitions",
            )
        holes = tuple(sorted(_holes(document, definitions)))
        for name in holes:
            _fill(definitions, name)
        found = {
            kind: MappingProxyType(
                {one.method: one for one in _messages(kind, definitions, said or _PLAIN)}
            )
            for kind in Kind
        }
        events = said.events.definition if said and said.events else None
        return cls(
            title=title,
            document=document,
            messages=MappingProxyType(found),
            events=events,
            holes=holes,
        )


_PLAIN = Schema(file="", writes=())


def reference_of(schema: Json) -> str | None:
    """Returns the name of the definition that a schema is nothing but a reference to.

    A nullable reference is none; `allOf` of one reference, which carries a description, is one.
    """
    if not isinstance(schema, dict):
        return None
    whole = schema.get("allOf")
    if isinstance(whole, list) and len(whole) == 1 and "properties" not in schema:
        schema = whole[0]
    name = schema.get("$ref") if isinstance(schema, dict) else None
    return name.removeprefix(ROOT) if isinstance(name, str) else None


def _definition(definitions: Mapping[str, Json], name: str) -> Json:
    """Returns a definition by its name, which may have the name of a group before it."""
    found: Json = definitions
    for part in name.split("/"):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _holes(value: Json, definitions: Mapping[str, Json]) -> set[str]:
    """Returns the names of definitions that are referred to below a value and are not there."""
    if isinstance(value, list):
        return set().union(*(_holes(one, definitions) for one in value))
    if not isinstance(value, dict):
        return set()
    found = _holes(list(value.values()), definitions)
    name = value.get("$ref")
    if isinstance(name, str) and _definition(definitions, name.removeprefix(ROOT)) is None:
        found.add(name.removeprefix(ROOT))
    return found


def _fill(definitions: dict[str, Json], name: str) -> None:
    """Puts something that anything fits in the place of a definition that is not there."""
    *groups, last = name.split("/")
    for group in groups:
        definitions = definitions.setdefault(group, {})
    definitions[last] = {}


def _messages(kind: Kind, definitions: Mapping[str, Json], said: Schema) -> Iterator[Message]:
    union = definitions.get(kind, {})
    for one in union.get("oneOf", []):
        properties = one.get("properties", {})
        params = properties.get("params")
        name = _params_name(params)
        for method in properties.get("method", {}).get("enum", []):
            answer = _answer(method, one, name, definitions, said)
            beside = union.get("properties", {})
            yield Message(
                kind=kind,
                method=method,
                dialects=_dialects(method, name or ""),
                schema={**one, "properties": {**beside, **properties}},
                params=None if params == {"type": "null"} else params,
                result={"$ref": ROOT + answer} if answer and kind.noun == "request" else None,
            )
    if kind is Kind.SERVER_NOTIFICATION and said.events:
        yield from _events(definitions, said)


def _params_name(params: Json) -> str | None:
    """Returns the name of the params' definition, also where null is allowed in its place."""
    choices = params.get("anyOf", [params]) if isinstance(params, dict) else []
    return next((name for one in choices if (name := reference_of(one))), None)


def _answer(
    method: str, message: Json, params: str | None, definitions: Mapping[str, Json], said: Schema
) -> str | None:
    """Returns the name of the definition of the answer to a method, if there is one."""
    title = str(message.get("title", "")).removesuffix("Request")
    joined = "".join(part[:1].upper() + part[1:] for part in method.split("/"))
    candidates = (
        said.responses.get(method),
        params and params.removesuffix("Params") + "Response",
        f"{title}Response",
        f"{NEWER}{joined}Response",
    )
    return next((name for name in candidates if name and _definition(definitions, name)), None)


def _dialects(method: str, params: str) -> tuple[str, ...]:
    if method in EVERYWHERE:
        return ("app_v1", "app_v2")
    newer = "/" in method or params.startswith(NEWER)
    return ("app_v2",) if newer else ("app_v1",)


def _events(definitions: Mapping[str, Json], said: Schema) -> Iterator[Message]:
    """Yields the notifications that wrap an event, one for each type of event."""
    assert said.events is not None
    beside = definitions.get(Kind.SERVER_NOTIFICATION, {}).get("properties", {})
    for one in definitions.get(said.events.definition, {}).get("oneOf", []):
        for name in one.get("properties", {}).get("type", {}).get("enum", []):
            method = said.events.prefix + name
            params = {
                "type": "object",
                "required": [said.events.member],
                "properties": {said.events.member: one},
                "additionalProperties": True,
            }
            yield Message(
                kind=Kind.SERVER_NOTIFICATION,
                method=method,
                dialects=("app_v1",),
                schema={
                    "type": "object",
                    "required": ["method", "params"],
                    "properties": {**beside, "method": {"enum": [method]}, "params": params},
                },
                params=params,
            )
