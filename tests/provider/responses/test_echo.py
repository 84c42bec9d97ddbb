"""What a response repeats of its request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openai
import pytest

from seatrial_provider import Provider, reply, say
from seatrial_provider.body import UnsoundBodyError
from seatrial_provider.responses.echo import DEFAULTS, MEMBERS, check_members, echo_of

if TYPE_CHECKING:
    from tests.provider.conftest import JsonObject, Run

GIVEN: JsonObject = {
    "instructions": "be brief",
    "max_output_tokens": 90,
    "max_tool_calls": 3,
    "metadata": {"ticket": "7"},
    "parallel_tool_calls": False,
    "previous_response_id": "resp_before",
    "prompt_cache_key": "key",
    "safety_identifier": "someone",
    "store": False,
    "temperature": 0.5,
    "tool_choice": {"type": "function", "name": "f"},
    "top_logprobs": 2,
    "top_p": 0.9,
    "truncation": "auto",
    "user": "u",
}


def test_a_response_repeats_what_the_request_says() -> None:
    assert {name: echo_of(GIVEN)[name] for name in GIVEN} == GIVEN


def test_a_response_has_the_defaults_of_the_api_for_what_is_unsaid_or_null() -> None:
    assert echo_of({}) == DEFAULTS
    assert echo_of(dict.fromkeys(MEMBERS)) == DEFAULTS
    assert echo_of({"service_tier": "auto"})["service_tier"] == "default"
    assert echo_of({"reasoning": {"effort": "high"}})["reasoning"] == {
        "effort": "high",
        "summary": None,
    }
    assert echo_of({"text": {"verbosity": "low"}})["text"] == {
        "format": {"type": "text"},
        "verbosity": "low",
    }


def test_a_function_is_repeated_with_the_members_that_it_leaves_out() -> None:
    shell = {"type": "local_shell"}
    function = {"type": "function", "name": "f", "strict": False}
    assert echo_of({"tools": [shell, function]})["tools"] == [
        shell,
        {**function, "description": None, "parameters": None},
    ]


def test_what_only_some_responses_have_is_repeated_if_it_is_given() -> None:
    assert "conversation" not in DEFAULTS
    assert echo_of({"conversation": "conv_1"})["conversation"] == {"id": "conv_1"}
    assert echo_of({"conversation": {"id": "conv_1"}})["conversation"] == {"id": "conv_1"}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_member_of_a_wrong_type_is_refused_by_its_name(name: str) -> None:
    wrong = {"a text": 3, "an object": "text"}.get(MEMBERS[name].kinds[0], "text")
    if MEMBERS[name].kinds == ("a text", "an object"):
        wrong = 3
    with pytest.raises(UnsoundBodyError) as caught:
        check_members({name: wrong})
    assert caught.value.param == name


def test_the_sdk_reads_what_is_repeated(run: Run) -> None:
    async def main() -> None:
        async with (
            Provider() as provider,
            openai.AsyncOpenAI(base_url=provider.base_url, api_key="none", max_retries=0) as client,
        ):
            provider.script(reply(say("hi")))
            response = await client.responses.create(
                model="m", input="a", instructions="be brief", metadata={"a": "b"}, temperature=0.5
            )
            assert response.instructions == "be brief"
            assert response.metadata == {"a": "b"}
            assert (response.temperature, response.tools) == (0.5, [])

    run(main())
