"""The functions that make conditions: which requests a reply is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from seatrial_provider.script.conditions.conversation import (
    Instructions,
    LastItem,
    MessageText,
    ToolOutput,
    Turn,
    UserText,
)
from seatrial_provider.script.conditions.request import ConversationId, Header, Json, Model

if TYPE_CHECKING:
    from seatrial_provider.script.conditions.conversation import LastRole, Role
    from seatrial_provider.script.conditions.text import TestsButContains, TestsButExact


def when_user_text(contains: str | None = None, **test: Unpack[TestsButContains]) -> UserText:
    """Matches a request by its last user message.

    Args:
        contains: The message has this in it, letter by letter.
        **test: Instead of it: `exact`, `regex`, or `word` for a whole word.

    Raises:
        ScriptError: Not exactly one test was given, or the expression cannot be read.
    """
    return UserText(contains=contains, **test)


def when_message(
    role: Role, contains: str | None = None, **test: Unpack[TestsButContains]
) -> MessageText:
    """Matches a request that has a message of a role, with a text if one is given.

    Args:
        role: `user`, `assistant`, `developer` or `system`.
        contains: Some message of the role has this in it, letter by letter.
        **test: Instead of it: `exact`, `regex`, or `word` for a whole word.

    Raises:
        ScriptError: More than one test was given, or the expression cannot be read.
    """
    return MessageText(role=role, contains=contains, **test)


def when_last_item(role: LastRole) -> LastItem:
    """Matches a request by who the last item of its input is from.

    Args:
        role: The role of the message, or `tool` for the output of a call.
    """
    return LastItem(role=role)


def when_tool_output(
    contains: str | None = None, *, call_id: str | None = None, **test: Unpack[TestsButContains]
) -> ToolOutput:
    """Matches a request that brings the output of a call.

    Args:
        contains: Some output since the assistant's last message has this in it; without a test,
            any such output will do.
        call_id: The id of the call; its output may stand anywhere then.
        **test: Instead of `contains`: `exact`, `regex`, or `word` for a whole word.

    Raises:
        ScriptError: More than one test was given, or the expression cannot be read.
    """
    return ToolOutput(contains=contains, call_id=call_id, **test)


def when_instructions(
    contains: str | None = None, **test: Unpack[TestsButContains]
) -> Instructions:
    """Matches a request by its instructions.

    Args:
        contains: The instructions have this in them, letter by letter.
        **test: Instead of it: `exact`, `regex`, or `word` for a whole word.

    Raises:
        ScriptError: Not exactly one test was given, or the expression cannot be read.
    """
    return Instructions(contains=contains, **test)


def when_turn(number: int) -> Turn:
    """Matches a request of a turn of the conversation.

    Args:
        number: The number of the turn, from 1. A turn ends with a message of the assistant that
            a message of the user follows.

    Raises:
        ScriptError: The number is below 1.
    """
    return Turn(number=number)


def when_header(name: str, contains: str | None = None, **test: Unpack[TestsButContains]) -> Header:
    """Matches a request that has a header, with a value if one is given.

    Args:
        name: The name of the header, in any case.
        contains: Its value has this in it, letter by letter.
        **test: Instead of it: `exact`, `regex`, or `word` for a whole word.

    Raises:
        ScriptError: More than one test was given, or the expression cannot be read.
    """
    return Header(name=name, contains=contains, **test)


def when_model(exact: str | None = None, **test: Unpack[TestsButExact]) -> Model:
    """Matches a request by the model that it names.

    Args:
        exact: The name of the model.
        **test: Instead of it: `contains`, `regex`, or `word` for a whole word.

    Raises:
        ScriptError: Not exactly one test was given, or the expression cannot be read.
    """
    return Model(exact=exact, **test)


def when_conversation(id: str) -> ConversationId:  # noqa: A002
    """Matches a request by an id of its conversation.

    Args:
        id: What `conversation`, `previous_response_id` or `prompt_cache_key` of the body, or one
            of the headers in which clients name a conversation, must be.
    """
    return ConversationId(id=id)


def when_json(path: str, contains: str | None = None, **test: Unpack[TestsButContains]) -> Json:
    """Matches a request by what a JMESPath expression finds in its body.

    Args:
        path: The expression, such as `metadata.kind` or "length(tools) > `0`". Without a test it
            must find something that JMESPath calls true.
        contains: What it finds has this in it, letter by letter; what is no text is tested as
            JSON.
        **test: Instead of it: `exact`, `regex`, or `word` for a whole word.

    Raises:
        ScriptError: The path cannot be read, more than one test was given, or the regular
            expression cannot be read.
    """
    return Json(path=path, contains=contains, **test)
