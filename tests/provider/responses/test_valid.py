"""Everything that is sent is valid against what others wrote, with no field they do not know.

They are the types of the `openai` SDK, the description that OpenAI publishes, and the types of the
Open Responses specification.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING

import openai.types.responses as sdk
import openresponses_types.types as open_types
import pytest
from tests.provider.published import published

from seatrial_provider import Flavour, Provider
from seatrial_provider.opinions import check_against_description, check_against_sdk
from seatrial_provider.opinions.sdk import NOT_IN_THE_SDK
from seatrial_provider.responses.oracle import check_responses_stream
from seatrial_provider.responses.points import EVENT_TYPES

if TYPE_CHECKING:
    import pydantic
    from tests.provider.conftest import Ask, JsonObject, Run, Send, Unknown, Wire
    from tests.provider.responses.conftest import StreamOf

    from seatrial_provider import Reply

WITHOUT_BUILDER = {
    "response.audio.delta",
    "response.audio.done",
    "response.audio.transcript.delta",
    "response.audio.transcript.done",
}


def open_classes() -> dict[str, type[pydantic.BaseModel]]:
    found = {}
    for name, member in vars(open_types).items():
        if name.endswith("StreamingEvent"):
            (type_,) = member.model_fields["type"].annotation
            found[type_.value] = member
    return found


OPEN = open_classes()
OPEN_ITEMS = {"message", "function_call", "reasoning", "compaction"}


NOT_AS_DESCRIBED = [
    # The API sends null here, as its own examples in the description do.
    *(f"response.{name}" for name in ("user", "safety_identifier", "prompt_cache_key", "usage")),
    # An error of an MCP call is an object in the SDK, and a text in the description.
    *("item.approval_request_id", "response.output[0].approval_request_id"),
]
"""Where the SDK, or the API as it is, goes before the published description."""

NOT_DESCRIBED = {
    *(f"response.shell_call_command.{part}" for part in ("added", "delta", "done")),
    *(f"response.shell_call_output_content.{part}" for part in ("delta", "done")),
    "response.compaction.compacting",
}
"""The types of event that the SDK has and the published description does not have yet."""


def test_each_event_is_of_its_sdk_class_and_has_no_other_field(
    shape: Reply, stream_of: StreamOf
) -> None:
    events = stream_of(shape)
    assert check_against_sdk(events) == []
    assert [event["sequence_number"] for event in events] == list(range(len(events)))


def test_each_event_is_as_the_published_description_has_it(
    shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    events = [event for shape in shapes.values() for event in stream_of(shape)]
    misfits = check_against_description(events, published())
    assert {misfit.path for misfit in misfits} == {"", *NOT_AS_DESCRIBED}
    assert {misfit.type for misfit in misfits if not misfit.path} == NOT_DESCRIBED


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


def sdk_event_types() -> set[str]:
    union, *_ = typing.get_args(sdk.ResponseStreamEvent)
    fields = [member.model_fields["type"] for member in typing.get_args(union)]
    return {typing.get_args(field.annotation)[0] for field in fields}


def test_the_shapes_have_every_event_that_can_be_sent(
    shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    sent = {event["type"] for shape in shapes.values() for event in stream_of(shape)}
    assert sent == EVENT_TYPES
    assert sent == sdk_event_types() - WITHOUT_BUILDER


def test_an_event_of_metadata_is_in_no_public_description() -> None:
    answers = [{"type": "response.metadata"}]
    for misfits in (
        check_against_sdk(answers),
        check_against_description(answers, published()),
    ):
        assert [(misfit.path, misfit.type) for misfit in misfits] == [("", "response.metadata")]


def test_the_plain_response_is_valid_and_as_the_stream_ends(
    shape: Reply, run: Run, send: Send, ask: Ask, unknown: Unknown
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(shape, shape)
            plain = await send(f"{provider.base_url}/responses", ask(stream=False))
            streamed = await send(f"{provider.base_url}/responses", ask())
            assert_same_end(plain, streamed, unknown)

    run(main())


def assert_same_end(plain: Wire, streamed: Wire, unknown: Unknown) -> None:
    last = streamed.frames()[-1].data
    if last["type"] == "error":
        assert plain.status == 500
        assert plain.json()["error"]["code"] == last["code"]
        return
    assert plain.status == 200
    assert set(unknown(plain.json(), sdk.Response)) <= NOT_IN_THE_SDK
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
