"""A recorded request, and the questions that a test asks of it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from seatrial_provider.chat.accumulate import begun_calls
from seatrial_provider.content import files_of, images_of, texts_of
from seatrial_provider.encodings import LARGEST_BODY
from seatrial_provider.errors import CallOutputError
from seatrial_provider.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.wire.reading import Arrived

CALL_TYPES = frozenset(
    {
        "function_call",
        "custom_tool_call",
        "local_shell_call",
        "shell_call",
        "apply_patch_call",
    }
)
"""The types of input item that are a call, by `call_id`."""

OUTPUT_TYPES = frozenset(
    {
        "function_call_output",
        "custom_tool_call_output",
        "local_shell_call_output",
        "shell_call_output",
        "apply_patch_call_output",
    }
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


class RecordedRequest(Record):
    """One request as it arrived, what became of it, and what it says.

    The attributes are those of `Record`.
    """

    __slots__ = ()

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
        """Returns the `instructions` of the request; empty if it has none.

        In chat these are the texts of its system and developer messages, joined by line ends.
        """
        instructions = self.asked().get("instructions")
        return instructions if isinstance(instructions, str) else ""

    def message_input_texts(self, role: str) -> list[str]:
        """Returns the texts in the messages of one role, one for each part of text.

        Args:
            role: `user`, `assistant`, `developer` or `system`.
        """
        return [text for content in self._contents(role) for text in texts_of(content)]

    def message_input_images(self, role: str) -> list[JsonObject]:
        """Returns the `input_image` parts in the messages of one role.

        Args:
            role: `user`, `assistant`, `developer` or `system`.
        """
        return [image for content in self._contents(role) for image in images_of(content)]

    def message_input_files(self, role: str) -> list[JsonObject]:
        """Returns the `input_file` parts in the messages of one role.

        Args:
            role: `user`, `assistant`, `developer` or `system`.
        """
        return [file for content in self._contents(role) for file in files_of(content)]

    def _contents(self, role: str) -> list[object]:
        return [item.get("content") for item in self.input if _is_message(item, role)]

    def has_message_with_input_texts(
        self, role: str, predicate: Callable[[list[str]], bool]
    ) -> bool:
        """Tells whether a message of one role has texts for which a predicate holds.

        Args:
            role: `user`, `assistant`, `developer` or `system`.
            predicate: Called with the texts of one message.
        """
        return any(predicate(texts_of(content)) for content in self._contents(role))

    def message_input_image_urls(self, role: str) -> list[str]:
        """Returns the addresses of the images in the messages of one role.

        Args:
            role: `user`, `assistant`, `developer` or `system`.
        """
        urls = (image.get("image_url") for image in self.message_input_images(role))
        return [url for url in urls if isinstance(url, str)]

    def inputs_of_type(self, type_: str) -> list[JsonObject]:
        """Returns the input items of one type, in order.

        Args:
            type_: Such as `message` or `function_call_output`.
        """
        return [item for item in self.input if item.get("type", "message") == type_]

    def body_contains_text(self, text: str) -> bool:
        """Tells whether a text stands anywhere in the body, as JSON writes it.

        Args:
            text: The text.
        """
        return any(
            json.dumps(text, ensure_ascii=ascii_)[1:-1].encode() in self.body_bytes()
            for ascii_ in (False, True)
        )

    def query_param(self, name: str) -> str | None:
        """Returns a parameter of the query; the first, if there are several.

        Args:
            name: The parameter's name.
        """
        return next(iter(parse_qs(self.query, keep_blank_values=True).get(name, [])), None)

    def tool_by_name(self, name: str, *, namespace: str | None = None) -> JsonObject | None:
        """Returns an offered tool as the request describes it; None if it is not offered.

        Args:
            name: The tool's name; the type of a built-in tool.
            namespace: The namespace that it is offered in, if it is in one.
        """
        tools = self.tools
        if namespace is not None:
            spaces = [tool for tool in tools if tool.get("name") == namespace]
            children = [space.get("tools") for space in spaces]
            tools = [tool for each in children if isinstance(each, list) for tool in each]
        named = (tool for tool in tools if (tool.get("name") or tool.get("type")) == name)
        return next(named, None)

    def last_user_text(self) -> str:
        """Returns the text of the last user message, its parts joined by line ends."""
        contents = self._contents("user")
        return "\n".join(texts_of(contents[-1])) if contents else ""

    def call_ids(self) -> list[str]:
        """Returns the ids of the calls in the input, in order."""
        calls = (item for item in self.input if item.get("type") in CALL_TYPES)
        return [call["call_id"] for call in calls if isinstance(call.get("call_id"), str)]

    def emitted_call_ids(self) -> list[str]:
        """Returns the ids of the calls that were streamed back to this request, in order."""
        if self.is_chat:
            return begun_calls(self.events)
        done = (e["item"] for e in self.events if e.get("type") == "response.output_item.done")
        return [item["call_id"] for item in done if "call_id" in item]

    def output_call_ids(self) -> list[str]:
        """Returns the ids of the calls that the input holds an output for, in order."""
        outputs = [item for item in self.input if item.get("type") in OUTPUT_TYPES]
        return [call_id for item in outputs if (call_id := output_call_id(item)) is not None]

    def has_function_call(self, call_id: str) -> bool:
        """Tells whether the input holds a call, by its id.

        Args:
            call_id: The id of the call.
        """
        return call_id in self.call_ids()

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


def recorded(
    arrived: Arrived, *, connection: int, largest_body: int = LARGEST_BODY
) -> RecordedRequest:
    """Returns the record of what a connection brought, as it begins.

    Args:
        arrived: A request, or what could not be read as one.
        connection: The number of the connection.
        largest_body: The most bytes that its body may unpack to.
    """
    path, query = arrived.path_and_query()
    return RecordedRequest(
        index=0,
        method=arrived.method,
        path=path,
        query=query,
        headers=arrived.headers,
        body=arrived.body,
        received_at=time.monotonic(),
        largest_body=largest_body,
        transport=arrived.transport,
        connection=connection,
    )


def _is_message(item: JsonObject, role: str) -> bool:
    return item.get("type", "message") == "message" and item.get("role") == role
