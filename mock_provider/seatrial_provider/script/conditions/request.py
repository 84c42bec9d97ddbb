"""Conditions on the request around the conversation: headers, model, ids, members of the body."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, ClassVar

import orjson

from seatrial_provider.errors import ScriptError
from seatrial_provider.script.conditions.base import Condition
from seatrial_provider.script.conditions.text import TextCondition

if TYPE_CHECKING:
    from jmespath.parser import ParsedResult

    from seatrial_provider.recorded import RecordedRequest

CONVERSATION_HEADERS = ("conversation_id", "session_id", "session-id", "thread_id", "thread-id")
"""The headers in which clients name a conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header(TextCondition):
    """A header of the request; without a test, that it is there.

    Attributes:
        name: The name of the header, in any case.
    """

    key: ClassVar[str] = "header"
    short: ClassVar[str | None] = "name"
    needs_test: ClassVar[bool] = False

    name: str

    def subject(self) -> str:
        """Returns which text is tested, in words."""
        return f"the header {self.name!r}"

    def texts(self, request: RecordedRequest) -> list[str]:
        """Returns the value of the header, if it is there."""
        value = request.header(self.name)
        return [] if value is None else [value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(TextCondition):
    """The model that the request names."""

    key: ClassVar[str] = "model"
    short: ClassVar[str | None] = "exact"

    def subject(self) -> str:
        """Returns which text is tested, in words."""
        return "the model"

    def texts(self, request: RecordedRequest) -> list[str]:
        """Returns the model, if the request names one."""
        model = request.body_json().get("model")
        return [model] if isinstance(model, str) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationId(Condition):
    """The id of the conversation.

    It is looked for in `conversation`, `previous_response_id` and `prompt_cache_key` of the body,
    and in the headers in which clients name a conversation.

    Attributes:
        id: The id.
    """

    key: ClassVar[str] = "conversation"
    short: ClassVar[str | None] = "id"

    id: str

    @property
    def description(self) -> str:
        """The conversation and its id."""
        return f"the conversation is {self.id!r}"

    def __call__(self, request: RecordedRequest) -> bool:
        """Tells whether the request names the conversation by this id."""
        return self.id in conversation_ids(request)

    def difference(self, request: RecordedRequest) -> tuple[str, float]:
        """Tells which ids the request has instead."""
        return f"its ids are: {', '.join(conversation_ids(request)) or 'none'}", 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Json(TextCondition):
    """What a JMESPath expression finds in the body.

    Without a test it must find something that JMESPath calls true: not null, false or empty. A
    text is tested as it is, anything else as JSON.

    Attributes:
        path: The expression, such as `metadata.kind` or "length(tools) > `0`".
    """

    key: ClassVar[str] = "json"
    short: ClassVar[str | None] = "path"
    needs_test: ClassVar[bool] = False

    path: str

    def __post_init__(self) -> None:
        TextCondition.__post_init__(self)
        _compiled(self.path)

    def subject(self) -> str:
        """Returns which text is tested, in words."""
        return f"{self.path!r} of the body"

    def texts(self, request: RecordedRequest) -> list[str]:
        """Returns what the expression finds, unless JMESPath calls it false."""
        found = _compiled(self.path).search(request.body_json())
        if isinstance(found, str):
            return [found] if found else []
        empty = found is None or found is False or found == [] or found == {}
        return [] if empty else [orjson.dumps(found).decode()]


def conversation_ids(request: RecordedRequest) -> list[str]:
    """Returns every id by which a request names its conversation, in a fixed order.

    Args:
        request: A request with a sound body.
    """
    body = request.body_json()
    named = body.get("conversation")
    values = [
        named.get("id") if isinstance(named, dict) else named,
        body.get("previous_response_id"),
        body.get("prompt_cache_key"),
        *(request.header(name) for name in CONVERSATION_HEADERS),
    ]
    return list(dict.fromkeys(value for value in values if isinstance(value, str) and value))


@cache
def _compiled(path: str) -> ParsedResult:
    import jmespath

    try:
        return jmespath.compile(path)
    except jmespath.exceptions.JMESPathError as error:
        raise ScriptError(
            "a condition has a path that cannot be read",
            expected="an expression of JMESPath, such as metadata.kind",
            arrived=f"{path!r}: {' '.join(str(error).split())}",
            cause="Is it a path of another language, such as JSONPath ($.a.b) or a pointer (/a/b)?",
            remedy="Write it as JMESPath; names with other characters than letters stand in "
            'double quotes: metadata."my-key".',
        ) from error
