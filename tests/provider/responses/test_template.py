"""A stream that was encoded once is, filled in, what it would have been if it were built anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial_provider import (
    Gate,
    Provider,
    failed,
    incomplete,
    raw_event,
    refuse,
    reply,
    run_command,
    say,
    think,
)
from seatrial_provider.faults.kinds.slices import Slices
from seatrial_provider.responses.template import Templates

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send

    from seatrial_provider import Reply

SHAPES = {
    "text": reply(say("Some words, and ünïcode.")),
    "thought, text and refusal": reply(think("hm"), say("yes"), refuse("no")),
    "an event as it is": reply(raw_event({"type": "x.y", "a": 1}), say("after")),
    "queued": reply(say("later"), queued=True),
    "failed": reply(say("some"), ending=failed()),
    "incomplete": reply(say("some"), ending=incomplete()),
}
NOT_ENCODED = {
    "held": reply(say("x"), gates={"response.completed": Gate("g")}),
    "spoilt": reply(say("x"), faults=[Slices()]),
    "by a tool": reply(run_command("true")),
}


async def streamed(send: Send, body: Any, *replies: Reply, encodes: bool) -> list[bytes]:
    async with Provider() as provider:
        if not encodes:
            provider._answerer._context.templates.get = (  # type: ignore[method-assign]
                lambda reply, *, includes_reasoning=False: None
            )
        provider.script(*replies)
        url = f"{provider.base_url}/responses"
        return [(await send(url, body)).body for _ in replies]


@pytest.mark.parametrize("what", SHAPES)
@pytest.mark.parametrize(
    "members",
    [
        {},
        {"metadata": {"a": "b"}, "instructions": "be brief", "temperature": 0.5, "store": False},
        {"include": ["reasoning.encrypted_content"], "model": 'a "model"'},
        {"background": True},
    ],
)
def test_it_is_the_stream_that_would_be_built(
    what: str, members: dict[str, Any], run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        replies = (SHAPES[what],) * 2
        encoded = await streamed(send, ask(**members), *replies, encodes=True)
        built = await streamed(send, ask(**members), *replies, encodes=False)
        assert encoded == built
        assert encoded[0] != encoded[1]

    run(main())


@given(st.text(min_size=1), st.text(min_size=1), st.dictionaries(st.text(), st.text()))
def test_any_text_model_and_echo_fill_the_holes(
    text: str, model: str, echo: dict[str, str]
) -> None:
    template = Templates().get(reply(say(text)))
    assert template is not None
    stream = bytes(template.filled(place="0009-3", model=model, echo=orjson.dumps({"e": echo})))
    first, *_, last = (orjson.loads(e.partition(b"data: ")[2]) for e in stream.split(b"\n\n")[:-1])
    assert first["response"]["model"] == model
    assert (first["response"]["id"], first["response"]["e"]) == ("resp_0009-3", echo)
    assert last["response"]["output"][0]["content"][0]["text"] == text
    assert b"hole" not in stream or "hole" in f"{text}{model}{echo}"


def test_the_holes_are_filled_anew_for_another_model_and_another_echo() -> None:
    template = Templates().get(reply(say("x")))
    assert template is not None
    said = [
        bytes(template.filled(place="0001", model=model, echo=orjson.dumps({"e": echo})))
        for model, echo in (("a", 1), ("b", 1), ("b", 2), ("a", 1))
    ]
    assert [(b'"model":"a"' in one, b'"e":1' in one) for one in said] == [
        (True, True),
        (False, True),
        (False, False),
        (True, True),
    ]
    assert said[0] == said[3]


@pytest.mark.parametrize("why", NOT_ENCODED)
def test_what_is_not_the_same_each_time_is_not_encoded(why: str) -> None:
    assert Templates().get(NOT_ENCODED[why]) is None


def test_there_is_a_bound_on_what_is_kept_encoded() -> None:
    templates = Templates()
    long = "word " * 400_000
    first = reply(say(long))
    kept = templates.get(first)
    assert templates.get(first) is kept
    for _ in range(3):
        templates.get(reply(say(long)))
    assert templates.get(first) is not kept
