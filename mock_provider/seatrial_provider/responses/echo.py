"""What a response repeats of its request, and which type each member of a request must have.

The members and their defaults are those of the Responses API: the types of the `openai` SDK, and
`store` from the examples in its published description.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.members import Kinds, check_kinds


@dataclass(frozen=True, slots=True)
class _Member:
    """One member of a request.

    Attributes:
        kinds: What it may be, in words that are keys of `KINDS`; null is always allowed.
        default: What the response says if the request does not, or says null.
        repeated: How the response says what the request says; None leaves it out.
        always: Whether the response has it even if the request does not.
    """

    kinds: Kinds
    default: Any = None
    repeated: Callable[[Any], Any] | None = lambda value: value
    always: bool = True


def _unsaid(*kinds: str) -> _Member:
    return _Member(kinds, repeated=None, always=False)


def _if_given(*kinds: str, repeated: Callable[[Any], Any] = lambda value: value) -> _Member:
    return _Member(kinds, repeated=repeated, always=False)


def _over(defaults: JsonObject) -> Callable[[JsonObject], JsonObject]:
    return lambda value: {**defaults, **value}


def _tools(tools: list[JsonObject]) -> list[JsonObject]:
    defaults = {"description": None, "parameters": None, "strict": True}
    return [{**defaults, **tool} if tool.get("type") == "function" else tool for tool in tools]


_REASONING: JsonObject = {"effort": None, "summary": None}
_TEXT: JsonObject = {"format": {"type": "text"}, "verbosity": "medium"}

MEMBERS: dict[str, _Member] = {
    "background": _Member(("true or false",), False),
    "conversation": _if_given(
        "a text",
        "an object",
        repeated=lambda value: {"id": value} if isinstance(value, str) else value,
    ),
    "include": _unsaid("a list of texts"),
    "instructions": _Member(("a text", "a list of objects")),
    "max_output_tokens": _Member(("a whole number",)),
    "max_tool_calls": _Member(("a whole number",)),
    "metadata": _Member(("an object of texts",), {}),
    "model": _unsaid("a text"),
    "parallel_tool_calls": _Member(("true or false",), True),
    "previous_response_id": _Member(("a text",)),
    "prompt": _if_given("an object"),
    "prompt_cache_key": _Member(("a text",)),
    "prompt_cache_retention": _if_given("a text"),
    "reasoning": _Member(("an object",), _REASONING, _over(_REASONING)),
    "safety_identifier": _Member(("a text",)),
    "service_tier": _Member(
        ("a text",), "default", lambda value: "default" if value == "auto" else value
    ),
    "store": _Member(("true or false",), True),
    "stream": _unsaid("true or false"),
    "stream_options": _unsaid("an object"),
    "temperature": _Member(("a number",), 1.0),
    "text": _Member(("an object",), _TEXT, _over(_TEXT)),
    "tool_choice": _Member(("a text", "an object"), "auto"),
    "tools": _Member(("a list of objects",), [], _tools),
    "top_logprobs": _Member(("a whole number",), 0),
    "top_p": _Member(("a number",), 1.0),
    "truncation": _Member(("a text",), "disabled"),
    "user": _Member(("a text",)),
}
"""The members of a request besides its input."""

DEFAULTS: JsonObject = {name: one.default for name, one in MEMBERS.items() if one.always}
"""What a response repeats of a request that says nothing."""


_KINDS = {name: one.kinds for name, one in MEMBERS.items()}


def check_members(body: JsonObject) -> None:
    """Checks the types of the members of a request.

    Args:
        body: The request's object.

    Raises:
        UnsoundBodyError: A member is of a type that the API does not take.
    """
    check_kinds(body, _KINDS)


_REPEATED = frozenset(name for name, one in MEMBERS.items() if one.repeated is not None)
_DEFAULTS_JSON = orjson.dumps(DEFAULTS)


def encoded_echo(body: JsonObject) -> bytes:
    """Returns in JSON what a response repeats of its request.

    Args:
        body: The request's object, with members of the types that `check_members` asks.
    """
    return _DEFAULTS_JSON if _REPEATED.isdisjoint(body) else orjson.dumps(echo_of(body))


def echo_of(body: JsonObject) -> JsonObject:
    """Returns what a response repeats of its request.

    Args:
        body: The request's object, with members of the types that `check_members` asks.

    Returns:
        Members of a response object.
    """
    echo = dict(DEFAULTS)
    for name, one in MEMBERS.items():
        value = body.get(name)
        if value is not None and one.repeated is not None:
            echo[name] = one.repeated(value)
    return echo
