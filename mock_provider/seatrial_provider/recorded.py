"""A recorded request: what arrived, what was answered, and questions a test asks of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial_provider import body as bodies
from seatrial_provider.content import texts_of
from seatrial_provider.errors import CallOutputError, RequestBodyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.script import Reply

CALL_TYPES = frozenset({"function_call", "custom_tool_call", "local_shell_call"})
"""The types of input item that are a call, by `call_id`."""

OUTPUT_TYPES = frozenset(
    {"function_call_output", "custom_tool_call_output", "local_shell_call_output"}
)
"""The types of input item that are the output of a call."""


def output_call_id(item: JsonObject) -> str | None:
    """Returns the id of the call that an output belongs to.

    Args:
        item: An input item of one of `OUTPUT_TYPES`. In the Responses API a
            `local_shell_call_output` carries it as `id`, the others as `call_id`.
    """
    field_name = "id" if item["type"] == "local_shell_call_output" else "call_id"
    call_id = item.get("call_id", item.get(field_name))
    return call_id if isinstance(call_id, str) and call_id else None


@dataclass(slots=True, kw_only=True)
class RecordedRequest:
    """One request as it arrived, and what became of it.

    Attributes:
        index: The place among the model requests (`provider.requests`) for one of those,
            else among the other requests; from 0.
        method: The HTTP method.
        path: The path without the query.
        query: The query string, without the question mark.
        headers: The headers by lower-case name; repeated ones are joined with commas.
        body: The bytes of the body as they arrived.
        received_at: When the body was complete, in seconds of the monotonic clock.
        reply: The scripted reply that was taken for it, if any.
        reply_number: That reply's place in the script, from 1.
        status: The status of the HTTP response; None while there is none.
        events: The events that were streamed back so far.
        completed: Whether the whole response was sent.
        client_gone: Whether the client went away before that.
        settled: Whether nothing more will be sent: the response is complete, the client went
            away, or the provider was closed.
    """

    index: int
    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    received_at: float = 0.0
    reply: Reply | None = None
    reply_number: int | None = None
    status: int | None = None
    events: list[JsonObject] = field(default_factory=list)
    completed: bool = False
    client_gone: bool = False
    settled: bool = False
    _parsed: JsonObject | None = field(default=None, init=False, repr=False, compare=False)

    def header(self, name: str) -> str | None:
        """Returns a header of the request.

        Args:
            name: The header's name, in any case.
        """
        return self.headers.get(name.lower())

    def body_json(self) -> JsonObject:
        """Returns the body as an object, with its content encoding undone.

        Raises:
            RequestBodyError: The body is not a JSON object.
        """
        if self._parsed is None:
            try:
                plain = bodies.decoded(self.body, self.header("content-encoding") or "")
                self._parsed = bodies.parsed(plain)
            except bodies.UnsoundBodyError as error:
                raise _unusable(self, error) from error
        return self._parsed

    @property
    def input(self) -> list[JsonObject]:
        """The input items; an input that is a text is one user message.

        Raises:
            RequestBodyError: The body has no usable `input`.
        """
        try:
            return bodies.input_items(self.body_json())
        except bodies.UnsoundBodyError as error:
            raise _unusable(self, error) from error

    @property
    def tools(self) -> list[JsonObject]:
        """The tools that the request offers, as it describes them.

        Raises:
            RequestBodyError: The body is unusable, or its `tools` is not a list of objects.
        """
        try:
            return bodies.offered(self.body_json())
        except bodies.UnsoundBodyError as error:
            raise _unusable(self, error) from error

    def offered_tools(self) -> list[str]:
        """Returns the names of the offered tools; a built-in tool is named by its type.

        The tools in a namespace are named `namespace.tool`.
        """
        names: list[str] = []
        for tool in self.tools:
            name = str(tool.get("name") or tool.get("type"))
            children = tool.get("tools")
            if tool.get("type") == "namespace" and isinstance(children, list):
                names.extend(f"{name}.{c.get('name')}" for c in children if isinstance(c, dict))
            else:
                names.append(name)
        return names

    def instructions_text(self) -> str:
        """Returns the `instructions` of the request; empty if it has none."""
        instructions = self.body_json().get("instructions")
        return instructions if isinstance(instructions, str) else ""

    def message_input_texts(self, role: str) -> list[str]:
        """Returns the texts in the messages of one role, one for each part of text.

        Args:
            role: `user`, `assistant`, `developer` or `system`.
        """
        messages = [item for item in self.input if _is_message(item, role)]
        return [text for message in messages for text in texts_of(message.get("content"))]

    def last_user_text(self) -> str:
        """Returns the text of the last user message, its parts joined by line ends."""
        messages = [item for item in self.input if _is_message(item, "user")]
        return "\n".join(texts_of(messages[-1].get("content"))) if messages else ""

    def call_ids(self) -> list[str]:
        """Returns the ids of the calls in the input, in order."""
        calls = (item for item in self.input if item.get("type") in CALL_TYPES)
        return [call["call_id"] for call in calls if isinstance(call.get("call_id"), str)]

    def emitted_call_ids(self) -> list[str]:
        """Returns the ids of the calls that were streamed back to this request, in order."""
        done = (e["item"] for e in self.events if e["type"] == "response.output_item.done")
        return [item["call_id"] for item in done if "call_id" in item]

    def function_call_output(self, call_id: str) -> JsonObject:
        """Returns the input item that is the output of a call.

        Args:
            call_id: The id of the call.

        Raises:
            CallOutputError: The input holds no output for the call, or more than one.
        """
        outputs = [item for item in self.input if item.get("type") in OUTPUT_TYPES]
        found = [item for item in outputs if output_call_id(item) == call_id]
        if len(found) == 1:
            return found[0]
        others = ", ".join(str(output_call_id(item)) for item in outputs) or "none at all"
        raise CallOutputError(
            f"request {self.index + 1} does not hold one output for call {call_id!r}",
            expected=f"one output with call_id {call_id!r} in the input",
            arrived=f"{len(found)} of them among {len(self.input)} items; outputs for: {others}",
            cause="Is this the request before the call was run, or did the server under test "
            "drop or repeat the output?",
            remedy="Look at the request that follows the reply with the call; "
            "emitted_call_ids() of the answered request gives the ids.",
        )

    def function_call_output_text(self, call_id: str) -> str:
        """Returns the text of the output of a call, its parts joined by line ends.

        Args:
            call_id: The id of the call.

        Raises:
            CallOutputError: The input holds no output for the call, or more than one.
        """
        return "\n".join(texts_of(self.function_call_output(call_id).get("output")))


def _is_message(item: JsonObject, role: str) -> bool:
    return item.get("type", "message") == "message" and item.get("role") == role


def _unusable(request: RecordedRequest, error: bodies.UnsoundBodyError) -> RequestBodyError:
    return RequestBodyError(
        f"the body of {request.method} {request.path} cannot be used",
        expected=error.expected,
        arrived=error.arrived,
        cause="Is this not a model request, or did the server under test send a damaged one?",
        remedy="Look at .method, .path and .body of the recorded request.",
    )
