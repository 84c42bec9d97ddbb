"""A provider that answers without sockets, and sound bodies to damage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from seatrial_provider import Problem, ProblemKind, RecordedRequest, reply, say
from seatrial_provider.answering.answerer import ROUTES, Answerer
from seatrial_provider.answering.context import BASE_PATH, Context
from seatrial_provider.journal import Journal
from seatrial_provider.script import Script
from seatrial_provider.wire.plan import Head, Write

if TYPE_CHECKING:
    from seatrial_provider.answering.context import Route

JSON = {"content-type": "application/json"}

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["", "user", "message", "function_call", "resp_1", "conv_1", "item_1"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
"""Any JSON value, small."""

_TOOL = {"type": "function", "name": "f", "parameters": {"type": "object"}}
_MESSAGE = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "t"}]}
_CALL = {"type": "function_call", "name": "f", "call_id": "c1", "arguments": "{}"}
_OUTPUT = {"type": "function_call_output", "call_id": "c1", "output": "ok"}

SOUND: list[Any] = [
    {
        "model": "m",
        "input": [_MESSAGE, _CALL, _OUTPUT, {"type": "item_reference", "id": "msg_1"}],
        "tools": [_TOOL, {"type": "namespace", "name": "n", "tools": [_TOOL]}],
        "instructions": "i",
        "previous_response_id": None,
        "conversation": {"id": "conv_1"},
        "reasoning": {"effort": "low", "summary": "auto"},
        "text": {"format": {"type": "text"}},
        "metadata": {"a": "b"},
        "include": ["reasoning.encrypted_content"],
        "tool_choice": {"type": "function", "name": "f"},
        "stream": True,
        "store": True,
        "background": False,
    },
    {
        "model": "m",
        "stream": True,
        "stream_options": {"include_usage": True},
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
        "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": [{"type": "text", "text": "t"}]},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "c1",
                        "type": "function",
                        "function": {"name": "f", "arguments": "{}"},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": "ok"},
        ],
    },
    {"items": [_MESSAGE], "metadata": {"a": "b"}},
]
"""Bodies that some route takes."""


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Returns the path to every value inside a value, and to itself."""
    found = [path]
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            found += places(value[key], (*path, key))
    return found


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """Returns the value at a path."""
    for key in path:
        value = value[key]
    return value


def replaced(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    """Returns a value with another one at a path."""
    if not path:
        return other
    key, *rest = path
    if isinstance(value, dict):
        return {**value, key: replaced(value[key], tuple(rest), other)}
    return [*value[:key], replaced(value[key], tuple(rest), other), *value[key + 1 :]]


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """Draws a sound body in which one to three values were replaced by any other."""
    body = draw(st.sampled_from(SOUND))
    for _ in range(draw(st.integers(min_value=1, max_value=3))):
        body = replaced(body, draw(st.sampled_from(places(body))), draw(VALUES))
    return body


@st.composite
def paths(draw: st.DrawFn, routes: tuple[Route, ...] = ROUTES) -> tuple[str, str]:
    """Draws the method and the path of a route, its segments filled in."""
    route = draw(st.sampled_from(routes))
    names = st.sampled_from(["resp_1", "conv_1", "item_1", "x%2F", "é", "..", "0"])
    filled = [draw(names) if part.startswith("{") else part for part in route.path.split("/")]
    return route.method, BASE_PATH + "/".join(filled)


class Answering:
    """A provider without a server; `error` is what it refused the last request with."""

    def __init__(self) -> None:
        self.error: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.journal = Journal()
        script = Script(loop_limit=None)
        script.append(reply(say("fine"), permanent=True))
        context = Context(script=script, report=self.problems.append, ignore=frozenset())
        self._answerer = Answerer(context=context, journal=self.journal)

    def status(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> int:
        """Answers a request and returns the status; an error has the envelope of the API."""
        path, _, query = path.partition("?")
        request = RecordedRequest(
            index=0, method=method, path=path, query=query, body=body, headers=headers
        )
        plan = self._answerer.answer(request).plan
        assert request in list(self.journal.entries)
        (head,) = (step for step in plan if isinstance(step, Head))
        sent = b"".join(bytes(step.payload) for step in plan if isinstance(step, Write))
        if head.status >= 400:
            self.error = json.loads(sent)["error"]
            assert self.error.keys() == {"message", "type", "param", "code"}
        crashes = [p for p in self.problems if p.kind is ProblemKind.PROVIDER_ERROR]
        assert crashes == []
        return head.status
