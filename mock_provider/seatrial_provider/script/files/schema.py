"""The JSON Schema of script files, written from the same classes that read them."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

from seatrial_provider.responses.points import EVENT_TYPES, FIRST_BYTE, HEADERS
from seatrial_provider.script.conditions.base import AllOf, AnyOf, Not
from seatrial_provider.script.files.kinds import (
    adapter,
    conditions,
    endings,
    faulty,
    intents,
    required,
    short,
)
from seatrial_provider.script.files.reading import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.script.files.kinds import Family

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_COUNTED = r"^(event|error|response\.[a-z_.]+)\[[0-9]+\]$"
"""An event by its number, as a gate can be set at it."""

_SECTION = re.compile(r"^(?:Attributes|Class attributes|Raises):$", re.MULTILINE)
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def script_schema() -> JsonObject:
    """Returns the JSON Schema of script files."""
    return _Schema().whole()


class _Schema:
    """Builds the schema, with a definition for each kind of value."""

    def __init__(self) -> None:
        self._defs: JsonObject = {}

    def whole(self) -> JsonObject:
        """Builds the schema of a file."""
        replies = _list(_ref("entry"), "The replies, in order.")
        conversation = {
            "when": self._when("Which requests are of it; without it, those that name it so."),
            "replies": replies,
        }
        group = _list(_ref("reply"), "Replies of which each waits for the one before it.")
        ordered = _object({"in_order": group}, needs=["in_order"])
        self._defs["entry"] = {"anyOf": [_ref("reply"), ordered]}
        self._defs["reply"] = self._reply()
        return {
            "$schema": DIALECT,
            "title": "A script of Seatrial's mock provider",
            **_object(
                {
                    "$schema": {"type": "string", "description": "Where this schema is."},
                    "replies": replies,
                    "conversations": {
                        "description": "Replies for one conversation each, by its name.",
                        "type": "object",
                        "propertyNames": {"pattern": "^[A-Za-z0-9.-]{1,40}$"},
                        "additionalProperties": _object(conversation),
                    },
                }
            ),
            "$defs": dict(sorted(self._defs.items())),
        }

    def _reply(self) -> JsonObject:
        intent = self._family(intents())
        said = ["intents", *intents().kinds]
        said_none: JsonObject = {"not": {"anyOf": [{"required": [name]} for name in said]}}
        points = sorted(EVENT_TYPES | {HEADERS, FIRST_BYTE})
        members = {
            "intents": {
                "description": "What the model does, one output item each.",
                "anyOf": [intent, _list(intent)],
            },
            **{name: _ref(f"intent.{name}") for name in intents().kinds},
            "when": self._when("Which request the reply is for; without it, any."),
            "gates": {
                "description": "Names of gates by the point where they hold the answer.",
                "type": "object",
                "propertyNames": {"anyOf": [{"enum": points}, {"pattern": _COUNTED}]},
                "additionalProperties": {"type": "string"},
            },
            "faults": _list(self._family(faulty()), "What goes wrong when it is sent."),
            "ending": self._family(endings()),
            **{key: self._type(kind) for key, kind in PLAIN.items()},
        }
        alternatives = [{"required": [name]} for name in said]
        return _object(members) | {"oneOf": [*alternatives, {"required": ["ending"], **said_none}]}

    def _when(self, description: str) -> JsonObject:
        self._family(conditions())
        return {"description": description, **_ref("condition")}

    def _family(self, family: Family) -> JsonObject:
        """Defines a family and each of its kinds, once; a condition may have several keys."""
        word = family.word
        if word not in self._defs:
            self._defs[word] = {}  # conditions stand within conditions
            members = {name: _ref(f"{word}.{name}") for name in family.kinds}
            for name, kind in family.kinds.items():
                self._defs[f"{word}.{name}"] = self._kind(kind)
            bare = [name for name, kind in family.kinds.items() if not required(kind)]
            most = {} if family is conditions() else {"maxProperties": 1}
            named = _object(members) | {"minProperties": 1, **most}
            self._defs[word] = {"anyOf": [named, *([{"enum": bare}] if bare else [])]}
        return _ref(word)

    def _kind(self, kind: type) -> JsonObject:
        if issubclass(kind, AllOf | AnyOf):
            return _list(_ref("condition"), _summary(kind)) | {"minItems": 1}
        if issubclass(kind, Not):
            return {"description": _summary(kind), **_ref("condition")}
        whole = self._type(kind)
        field = short(kind)
        shapes = [whole]
        if field is not None:
            shapes.insert(0, whole["properties"][field])
        if not required(kind):
            shapes.append({"type": "null"})
        if len(shapes) == 1:
            return whole
        return {"description": whole.pop("description"), "anyOf": shapes}

    def _type(self, kind: Any) -> JsonObject:
        schema = adapter(kind).json_schema(ref_template="#/$defs/{model}")
        for name, part in schema.pop("$defs", {}).items():
            self._defs[name] = _described(part)
        return _described(schema, getattr(kind, "__mro__", ()))


def _described(schema: JsonObject, classes: Iterable[type] = ()) -> JsonObject:
    """Takes the titles away, and moves what docstrings say of a field to the field."""
    schema.pop("title", None)
    text = inspect.cleandoc(schema.get("description", ""))
    inherited = [inspect.cleandoc(one.__doc__ or "") for one in classes]
    words: dict[str, str] = {}
    for doc in (text, *inherited):
        found = _SECTION.search(doc)
        for name, meaning in _ATTRIBUTE.findall(doc[found.start() :]) if found else ():
            words.setdefault(name, meaning)
    if text:
        schema["description"] = _one_line(_SECTION.split(text)[0])
    for name, member in schema.get("properties", {}).items():
        member.pop("title", None)
        if name in words:
            member["description"] = _one_line(words[name])
    return schema


def _object(members: JsonObject, *, needs: list[str] | None = None) -> JsonObject:
    required = {"required": needs} if needs else {}
    return {
        "type": "object",
        "properties": members,
        "additionalProperties": False,
        **required,
    }


def _list(items: JsonObject, description: str | None = None) -> JsonObject:
    words = {"description": description} if description else {}
    return {**words, "type": "array", "items": items}


def _ref(name: str) -> JsonObject:
    return {"$ref": f"#/$defs/{name}"}


def _summary(kind: type) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0]


def _one_line(text: str) -> str:
    return " ".join(text.split())
