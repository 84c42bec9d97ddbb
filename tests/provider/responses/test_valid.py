"""Everything that is sent is valid against types that others wrote, with no field they do not know.

The published description of the API as a JSON schema is not among them: it is in no package.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any

import openai.types.responses as sdk
import openresponses_types.types as open_types
import pydantic
import pytest

from seatrial_provider import Flavour, Provider
from seatrial_provider.responses.oracle import check_responses_stream
from seatrial_provider.responses.points import EVENT_TYPES

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, JsonObject, Run, Send, Wire
    from tests.provider.responses.conftest import StreamOf

    from seatrial_provider import Reply

# The published description of the API requires `name` in function_call_arguments.done, and its
# examples of a response have `store`; the SDK's classes list neither.
KNOWN_EXTRAS = {"name", "store"}

WITHOUT_BUILDER = {
    "response.audio.delta",
    "response.audio.done",
    "response.audio.transcript.delta",
    "response.audio.transcript.done",
}


def sdk_classes() -> dict[str, type[pydantic.BaseModel]]:
    union, *_ = typing.get_args(sdk.ResponseStreamEvent)
    return {
        typing.get_args(member.model_fields["type"].annotation)[0]: member
        for member in typing.get_args(union)
    }


def open_classes() -> dict[str, type[pydantic.BaseModel]]:
    found = {}
    for name, member in vars(open_types).items():
        if name.endswith("StreamingEvent"):
            (type_,) = member.model_fields["type"].annotation
            found[type_.value] = member
    return found


SDK = sdk_classes()
OPEN = open_classes()
OPEN_ITEMS = {"message", "function_call", "reasoning", "compaction"}


def extras(value: Any) -> list[str]:
    """Returns the names of all fields that the SDK's classes do not know, at any depth."""
    if isinstance(value, pydantic.BaseModel):
        own = list(value.model_extra or {})
        fields = [getattr(value, name) for name in type(value).model_fields]
        return own + [name for field in fields for name in extras(field)]
    if isinstance(value, dict):
        return [name for member in value.values() for name in extras(member)]
    if isinstance(value, list):
        return [name for member in value for name in extras(member)]
    return []


def unknown_fields(value: JsonObject, of: type[pydantic.BaseModel]) -> list[str]:
    parsed = of.model_validate(value, strict=True)
    return [name for name in extras(parsed) if name not in KNOWN_EXTRAS]


def test_each_event_is_of_its_sdk_class_and_has_no_other_field(
    shape: Reply, stream_of: StreamOf
) -> None:
    events = stream_of(shape)
    unknown = [unknown_fields(event, SDK[event["type"]]) for event in events]
    assert unknown == [[]] * len(events)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))


def test_each_open_event_is_of_its_open_class_and_has_no_other_field(
    shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    streams = [stream_of(shape, Flavour.OPEN) for shape in shapes.values()]
    specified = [events for events in streams if not any(map(beyond_open, events))]
    assert len(specified) > 25
    for event in (event for events in specified for event in events):
        parsed = OPEN[event["type"]].model_validate(event)
        assert parsed.model_dump(mode="json", by_alias=True, exclude_unset=True) == event


def beyond_open(event: JsonObject) -> bool:
    """Tells whether an event is about what the Open Responses specification does not have."""
    item = event.get("item", {"type": "message"})
    citation = event.get("annotation", {"type": "url_citation"})
    return (
        item["type"] not in OPEN_ITEMS or "namespace" in item or citation["type"] != "url_citation"
    )


def test_the_shapes_have_every_event_that_can_be_sent(
    shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    sent = {event["type"] for shape in shapes.values() for event in stream_of(shape)}
    assert sent == EVENT_TYPES
    assert sent == SDK.keys() - WITHOUT_BUILDER


def test_the_plain_response_is_valid_and_as_the_stream_ends(
    shape: Reply, run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(shape, shape)
            plain = await send(f"{provider.base_url}/responses", ask(stream=False))
            streamed = await send(f"{provider.base_url}/responses", ask())
            assert_same_end(plain, streamed)

    run(main())


def assert_same_end(plain: Wire, streamed: Wire) -> None:
    last = streamed.frames()[-1].data
    if last["type"] == "error":
        assert plain.status == 500
        assert plain.json()["error"]["code"] == last["code"]
        return
    assert plain.status == 200
    assert unknown_fields(plain.json(), sdk.Response) == []
    numbered = plain.body.replace(b"_0001", b"_0002")
    assert type(plain)(status=200, headers={}, body=numbered).json() == last["response"]


@pytest.mark.parametrize("flavour", Flavour)
def test_over_the_wire_it_keeps_the_rules(
    shape: Reply, flavour: Flavour, run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider(flavour=flavour) as provider:
            provider.script(shape)
            wire = await send(f"{provider.base_url}/responses", ask())
            assert check_responses_stream(wire.body, flavour=flavour) == []
            assert provider.verify() == []

    run(main())


def test_a_misspelt_field_would_be_found() -> None:
    part = {"type": "output_text", "text": "", "annotations": [], "anotations": []}
    event: JsonObject = {
        "type": "response.content_part.added",
        "content_index": 0,
        "output_index": 0,
        "item_id": "msg_1",
        "sequence_number": 0,
        "part": part,
    }
    assert unknown_fields(event, SDK[event["type"]]) == ["anotations"]
