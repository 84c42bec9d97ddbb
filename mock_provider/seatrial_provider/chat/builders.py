"""Builders of chat chunks, of the usage they carry, and of the form that all of a reply share.

The field names and which of them are required come from the types of the `openai` SDK.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from seatrial_provider.errors import ScriptError
from seatrial_provider.ids import CREATED_AT
from seatrial_provider.jsontypes import JsonObject

FINGERPRINT = "fp_seatrial"
"""The `system_fingerprint` of everything that is sent; the same in every run."""

ReasoningField = Literal["reasoning_content", "reasoning"]
"""The member in which servers send what the model thinks; the API itself has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatForm:
    """What all chunks of one reply have in common.

    Attributes:
        id: The id of the completion.
        model: The model that the request named.
        reasoning: The member that carries what the model thinks; None keeps it to itself, as the
            real API does.
        whole_calls: Whether a tool call comes whole in one chunk, as many servers send it, instead
            of in pieces, as the API does.
        include_usage: Whether the request asks for the usage in the stream.
    """

    id: str
    model: str
    reasoning: ReasoningField | None = "reasoning_content"
    whole_calls: bool = False
    include_usage: bool = False


def reasoning_field(given: str | None) -> ReasoningField | None:
    """Reads the option that says in which member chat carries what the model thinks.

    Args:
        given: `reasoning_content`, `reasoning`, or None for no member.

    Raises:
        ScriptError: It is something else.
    """
    for field in get_args(ReasoningField):
        if given == field:
            return field  # type: ignore[no-any-return]  # one of the literal's values
    if given is None:
        return None
    raise ScriptError(
        "chat cannot carry what the model thinks in that member",
        expected=f"one of {', '.join(get_args(ReasoningField))}, or None",
        arrived=repr(given),
        cause="Is the name misspelt?",
        remedy="Use the name that the client under test reads.",
    )


def completion_id(response_id: str) -> str:
    """Returns the id of a completion, such as `chatcmpl-0001`.

    Args:
        response_id: The id that the same reply has as a response, such as `resp_0001`.
    """
    return f"chatcmpl-{response_id.removeprefix('resp_')}"


def chunk(form: ChatForm, delta: JsonObject, *, finish_reason: str | None = None) -> JsonObject:
    """Builds a chunk with one choice.

    Args:
        form: What all chunks of the reply have in common.
        delta: What it adds to the message.
        finish_reason: Why the choice ends; None while it goes on.
    """
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return _chunk(form, [choice], **({"usage": None} if form.include_usage else {}))


def usage_chunk(form: ChatForm, usage: JsonObject) -> JsonObject:
    """Builds the chunk without a choice that carries the usage.

    Args:
        form: What all chunks of the reply have in common.
        usage: The usage in the shape of the Responses API.
    """
    return _chunk(form, [], usage=chat_usage(usage))


def chat_usage(usage: JsonObject) -> JsonObject:
    """Says a usage in the shape of Chat Completions.

    Args:
        usage: The usage in the shape of the Responses API.
    """
    read, written = usage["input_tokens_details"], usage["output_tokens_details"]
    prompt_details = {"cached_tokens": read["cached_tokens"], "audio_tokens": 0}
    if cache_write_tokens := read.get("cache_write_tokens"):
        prompt_details["cache_write_tokens"] = cache_write_tokens
    return {
        "prompt_tokens": usage["input_tokens"],
        "completion_tokens": usage["output_tokens"],
        "total_tokens": usage["total_tokens"],
        "prompt_tokens_details": prompt_details,
        "completion_tokens_details": {
            "reasoning_tokens": written["reasoning_tokens"],
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def completion(
    form: ChatForm, *, message: JsonObject, finish_reason: str, usage: JsonObject
) -> JsonObject:
    """Builds the plain object of a whole reply.

    Args:
        form: What chunks of the reply would have in common.
        message: The message of the assistant.
        finish_reason: Why it ends.
        usage: The usage in the shape of the Responses API.
    """
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}
    built = _chunk(form, [choice], usage=chat_usage(usage))
    return {**built, "object": "chat.completion"}


def _chunk(form: ChatForm, choices: list[JsonObject], **members: Any) -> JsonObject:
    return {
        "id": form.id,
        "object": "chat.completion.chunk",
        "created": CREATED_AT,
        "model": form.model,
        "service_tier": "default",
        "system_fingerprint": FINGERPRINT,
        "choices": choices,
        **members,
    }
