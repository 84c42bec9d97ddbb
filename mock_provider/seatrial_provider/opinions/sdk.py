"""The second opinion: every event against the types of the installed `openai` SDK.

The SDK itself takes any field and validates nothing when it reads a stream, so that it understood
a stream says little. Here each event must be of its class, and have no field that the class has
not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from seatrial_provider.errors import MissingPackageError
from seatrial_provider.opinions.misfit import (
    CHUNK,
    COMPLETION,
    RESPONSE,
    Misfit,
    path_of,
    typed_events,
)

if TYPE_CHECKING:
    from seatrial_provider.jsontypes import JsonObject

NOT_IN_THE_SDK = frozenset({"name", "store"})
"""Fields that the published description of the API has, in `function_call_arguments.done` and in
a response, and the classes of the SDK have not."""


def check_against_sdk(
    stream: bytes | Sequence[JsonObject | str], *, allow: Collection[str] = NOT_IN_THE_SDK
) -> list[Misfit]:
    """Validates each event of a stream against its class in the installed `openai` SDK.

    Args:
        stream: A stream of the Responses API or of Chat Completions, as it came over the wire,
            in any framing that server-sent events allow; or what its events carry, in order.
            A whole answer that is one object is given as a list of it.
        allow: Names of fields that may be there although the classes have them not.

    Returns:
        Every value of a wrong type, every field that is missing, and every field or type of
        event that the SDK does not know; empty for a stream that fits.

    Raises:
        MissingPackageError: The SDK is not installed.
    """
    classes = _classes()
    misfits: list[Misfit] = []
    for position, type_, event in typed_events(stream):
        if type_ not in classes:
            found = [("", "the SDK does not know this type of event")]
        else:
            found = list(_differences(event, classes[type_], allow))
        misfits += (
            Misfit(position=position, type=type_, path=path, message=message)
            for path, message in found
        )
    return misfits


@cache
def _classes() -> Mapping[str, type[BaseModel]]:
    try:
        from openai.types.chat import ChatCompletion, ChatCompletionChunk
        from openai.types.responses import Response, ResponseStreamEvent
    except ImportError as error:
        raise MissingPackageError("openai", "its types are the second opinion") from error
    union, *_ = get_args(ResponseStreamEvent)
    classes: dict[str, type[BaseModel]] = {
        CHUNK: ChatCompletionChunk,
        COMPLETION: ChatCompletion,
        RESPONSE: Response,
    }
    for member in get_args(union):
        (type_,) = get_args(member.model_fields["type"].annotation)
        classes[type_] = member
    return classes


def _differences(
    event: JsonObject, of: type[BaseModel], allow: Collection[str]
) -> Iterator[tuple[str, str]]:
    try:
        parsed = of.model_validate(event, strict=True)
    except ValidationError as error:
        yield from _told(error, event)
        return
    for path in _unknown(parsed, ()):
        if path[-1] not in allow:
            yield path_of(path), "the SDK does not know this field"


def _told(error: ValidationError, event: JsonObject) -> Iterator[tuple[str, str]]:
    """Yields what is wrong, without the members of a union that were never meant."""
    told = error.errors()
    wrong_types = [one["loc"][:-1] for one in told if one["loc"][-1:] == ("type",)]
    never_meant = [branch for branch in wrong_types if _is_member_of_union(event, branch)]
    for one in told:
        if any(one["loc"][: len(branch)] == branch for branch in never_meant):
            continue
        yield path_of(_within(event, one["loc"])), one["msg"]


def _is_member_of_union(event: JsonObject, loc: Sequence[str | int]) -> bool:
    """Tells whether a place ends with the name of a class, which is nowhere in the event."""
    value: Any = event
    is_found = True
    for part in loc:
        try:
            value = value[part]
            is_found = True
        except (KeyError, IndexError, TypeError):
            is_found = False
    return not is_found


def _within(value: Any, loc: Sequence[str | int]) -> Iterator[str | int]:
    """Yields the parts of a place that are in the event: pydantic names classes between them."""
    for part in loc:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            if part != loc[-1]:
                continue
        yield part


def _unknown(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, BaseModel):
        yield from ((*path, name) for name in value.model_extra or ())
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _unknown(inner, (*path, name))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _unknown(inner, (*path, position))
