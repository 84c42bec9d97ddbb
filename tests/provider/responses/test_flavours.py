"""The flavours of a stream, and what a script sends as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from seatrial_provider import (
    Failed,
    Flavour,
    Provider,
    ScriptError,
    StreamError,
    output,
    raw_event,
    raw_item,
    reply,
    run_command,
    say,
    think,
)

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send
    from tests.provider.responses.conftest import StreamOf


def test_the_minimal_flavour_has_three_sorts_of_event_without_numbers(stream_of: StreamOf) -> None:
    events = stream_of(reply(say("hi"), run_command("ls")), Flavour.MINIMAL)
    assert [(event["type"], sorted(event.keys() - {"type"})) for event in events] == [
        ("response.created", ["response"]),
        ("response.output_item.done", ["item"]),
        ("response.output_item.done", ["item"]),
        ("response.completed", ["response"]),
    ]
    assert events[0]["response"] == {"id": "resp_0001"}
    assert events[-1]["response"].keys() == {"id", "usage"}


def test_the_minimal_flavour_says_why_a_response_failed(stream_of: StreamOf) -> None:
    events = stream_of(reply(say("hi"), ending=Failed("x", "y")), Flavour.MINIMAL)
    error = {"code": "x", "message": "y"}
    assert events[-1]["response"] == {"id": "resp_0001", "error": error}


def test_the_open_flavour_has_its_own_names_and_a_nested_error(stream_of: StreamOf) -> None:
    events = stream_of(reply(think(raw="why"), ending=StreamError("x", "y")), Flavour.OPEN)
    types = [event["type"] for event in events]
    assert "response.reasoning.delta" in types
    assert "response.reasoning_text.delta" not in types
    error = {"type": "server_error", "code": "x", "message": "y", "param": None}
    assert (events[-1]["type"], events[-1]["error"]) == ("error", error)
    assert events[0]["response"]["presence_penalty"] == 0.0


def test_the_open_flavour_ends_in_a_mark_and_the_others_do_not(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        for flavour in Flavour:
            async with Provider(flavour=flavour) as provider:
                provider.script(reply(say("hi")))
                wire = await send(f"{provider.base_url}/responses", ask())
                ended = wire.body.endswith(b"\n\ndata: [DONE]\n\n")
                assert ended is (flavour is Flavour.OPEN)

    run(main())


def test_a_flavour_may_be_given_by_its_name_and_no_other_name() -> None:
    Provider(flavour="open")
    with pytest.raises(ScriptError, match="one of full, open, minimal"):
        Provider(flavour="dialect")


def test_a_plain_response_is_whole_in_the_minimal_flavour(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider(flavour="minimal") as provider:
            provider.script(reply(say("hi")))
            wire = await send(f"{provider.base_url}/responses", ask(stream=False))
            assert wire.json()["output"][0]["content"][0]["text"] == "hi"

    run(main())


@pytest.mark.parametrize("flavour", Flavour)
def test_a_raw_event_is_sent_as_it_is_and_takes_no_number(
    flavour: Flavour, run: Run, send: Send, ask: Ask
) -> None:
    raw: dict[str, Any] = {"type": "codex.rate_limits", "limits": [1, {"a": None}]}

    async def main() -> None:
        async with Provider(flavour=flavour) as provider:
            provider.script(reply(raw_event(raw), say("hi"), raw_event(raw)))
            wire = await send(f"{provider.base_url}/responses", ask())
            body = wire.body.removesuffix(b"data: [DONE]\n\n")
            events = [
                frame.data for frame in type(wire)(status=200, headers={}, body=body).frames()
            ]
            assert [event for event in events if event["type"] == raw["type"]] == [raw, raw]
            built = [event for event in events if event["type"] != raw["type"]]
            if flavour is not Flavour.MINIMAL:
                assert [event["sequence_number"] for event in built] == list(range(len(built)))
            done = [event["item"]["id"] for event in built if event["type"].endswith("item.done")]
            assert done == ["msg_0001_0"]

    run(main())


def test_a_raw_item_is_added_and_done_as_it_is(stream_of: StreamOf) -> None:
    item = {"type": "computer_call", "call_id": "c", "odd": True}
    events = stream_of(reply(raw_item(item), raw_item({**item, "id": "mine"})))
    items = [event["item"] for event in events if "item" in event]
    own = {**item, "id": "item_0001_0"}
    assert items == [own, own, {**item, "id": "mine"}, {**item, "id": "mine"}]
    assert events[-1]["response"]["output"] == items[::2]


@pytest.mark.parametrize("make", [raw_event, raw_item])
def test_what_is_sent_as_it_is_needs_a_type(make: Any) -> None:
    with pytest.raises(ScriptError, match="'type'"):
        make({"id": "x"})


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("mcp_cal", {}),
        ("mcp_call", {"name": "x"}),
        ("mcp_call", {"server_label": "a", "name": "b", "arguments": "{}", "outputs": "c"}),
        ("shell_call", {"commands": "ls"}),
        ("message", {"text": "hi", "id": "mine"}),
    ],
)
def test_an_item_that_cannot_be_built_is_refused_at_once(kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ScriptError, match="expected:"):
        output(kind, fields)
