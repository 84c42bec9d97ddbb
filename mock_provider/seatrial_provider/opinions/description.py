"""The third opinion: every event against an OpenAPI description of the API, such as OpenAI's own.

The description is given, since it belongs to those who publish it. Of what it says the schemas of
the events and of the whole answers of both APIs are used; the names are those of OpenAI's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from seatrial_provider.errors import ScriptError
from seatrial_provider.opinions.misfit import (
    CHUNK,
    COMPLETION,
    RESPONSE,
    Misfit,
    path_of,
    typed_events,
)

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

    from seatrial_provider.jsontypes import JsonObject

_Judge = Callable[[Any, Any, Any, Any], Iterable[Any] | None]
_EVENTS = "ResponseStreamEvent"
_CHUNK = "CreateChatCompletionStreamResponse"
_WHOLE = {RESPONSE: "Response", COMPLETION: "CreateChatCompletionResponse"}
_SCHEMAS = "#/components/schemas/"


def check_against_description(
    stream: bytes | Sequence[JsonObject | str], description: Mapping[str, Any]
) -> list[Misfit]:
    """Validates each event of a stream against the schemas of a description.

    Args:
        stream: A stream of the Responses API or of Chat Completions, as it came over the wire,
            in any framing that server-sent events allow; or what its events carry, in order.
            A whole answer that is one object is given as a list of it.
        description: An OpenAPI 3.1 document, read from its file.

    Returns:
        Every value that a schema does not allow, and every type of event that the description
        does not have; empty for a stream that fits.

    Raises:
        ScriptError: The document does not describe the events of these APIs.
    """
    validators = _Validators(description)
    return [
        Misfit(position=position, type=type_, path=path, message=message)
        for position, type_, event in typed_events(stream)
        for path, message in validators.differences(type_, event)
    ]


class _Validators:
    """The validators of the types of event, each made when it is first needed."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        self._components = description.get("components", {})
        self._names = _names_by_type(self._components.get("schemas", {}))
        self._made: dict[str, Validator] = {}

    def differences(self, type_: str, event: JsonObject) -> Iterator[tuple[str, str]]:
        if type_ not in self._names:
            yield "", "the description does not have this type of event"
            return
        from jsonschema.exceptions import best_match

        for error in self._validator(type_).iter_errors(event):
            deepest = best_match([error]) or error
            yield path_of(deepest.absolute_path), deepest.message

    def _validator(self, type_: str) -> Validator:
        if type_ not in self._made:
            schema = {"$ref": _SCHEMAS + self._names[type_], "components": self._components}
            self._made[type_] = _validator_class()(schema)
        return self._made[type_]


@cache
def _validator_class() -> type[Validator]:
    """Returns JSON Schema's validator, with the `nullable` of OpenAPI 3.0 that is still in use."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    judges = Draft202012Validator.VALIDATORS
    made: type[Validator] = extend(  # type: ignore[no-untyped-call]
        Draft202012Validator, {name: _or_null(judge) for name, judge in judges.items()}
    )
    return made


def _or_null(judge: _Judge) -> _Judge:
    def judged(validator: Any, value: Any, given: Any, schema: Any) -> Iterator[Any]:
        if given is not None or schema.get("nullable") is not True:
            yield from judge(validator, value, given, schema) or ()

    return judged


def _names_by_type(schemas: Mapping[str, Any]) -> dict[str, str]:
    """Returns the names of the schemas of events, by the type of the event."""
    events = schemas.get(_EVENTS, {})
    refs = [one["$ref"] for one in events.get("anyOf") or events.get("oneOf") or ()]
    names = [ref.removeprefix(_SCHEMAS) for ref in refs]
    found = {type_: name for name in names for type_ in _types(schemas[name])}
    if not found or _CHUNK not in schemas:
        raise ScriptError(
            "the description does not describe the events of a stream",
            expected=f"an OpenAPI document with the schemas {_EVENTS} and {_CHUNK}",
            arrived=f"{len(schemas)} schemas, {len(found)} of them of events",
            cause="Is it the description of another API, or the path of one that is not read yet?",
            remedy="Read OpenAI's published openapi.yaml, and give what it holds.",
        )
    whole = {type_: name for type_, name in _WHOLE.items() if name in schemas}
    return {**found, **whole, CHUNK: _CHUNK}


def _types(schema: Mapping[str, Any]) -> Sequence[str]:
    told = schema["properties"]["type"]
    return told.get("enum") or [told["const"]]
