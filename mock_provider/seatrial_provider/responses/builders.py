"""Builders of Responses API events and of the response object they carry.

The field names and which of them are required come from the Responses API (the types of the
`openai` SDK); `sequence_number` is left to the stream, which alone knows it.
"""

from dataclasses import dataclass
from typing import Any

from seatrial_provider.ids import COMPLETED_AT, CREATED_AT
from seatrial_provider.jsontypes import JsonObject

EVENT_TYPES = frozenset(
    {
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.completed",
    }
)
"""The types of event that a scripted reply can send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How many tokens a response says it took.

    Attributes:
        input_tokens: Tokens of the request, cached ones included.
        cached_tokens: How many of them were read from the cache.
        cache_write_tokens: How many of them were written to the cache.
        output_tokens: Tokens of the answer, reasoning included.
        reasoning_tokens: How many of them were reasoning.
    """

    input_tokens: int = 8
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 4
    reasoning_tokens: int = 0

    def as_json(self) -> JsonObject:
        """Returns the usage object of the Responses API; the total adds up."""
        return {
            "input_tokens": self.input_tokens,
            "input_tokens_details": {
                "cached_tokens": self.cached_tokens,
                "cache_write_tokens": self.cache_write_tokens,
            },
            "output_tokens": self.output_tokens,
            "output_tokens_details": {"reasoning_tokens": self.reasoning_tokens},
            "total_tokens": self.input_tokens + self.output_tokens,
        }


def response_object(
    *, id_: str, model: str, output: list[JsonObject] | None = None, usage: Usage | None = None
) -> JsonObject:
    """Builds a whole response object.

    Args:
        id_: The response's id.
        model: The model that the request named.
        output: The finished output items; None while the response is in progress.
        usage: The token counts; None while the response is in progress.

    Returns:
        A response object of the Responses API with every field it requires. The tools and the
        instructions of the request are not repeated in it.
    """
    completed = output is not None
    return {
        "id": id_,
        "object": "response",
        "created_at": CREATED_AT,
        "completed_at": COMPLETED_AT if completed else None,
        "status": "completed" if completed else "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "max_tool_calls": None,
        "metadata": {},
        "model": model,
        "output": output if output is not None else [],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "prompt_cache_key": None,
        "reasoning": {"effort": None, "summary": None},
        "safety_identifier": None,
        "service_tier": "default",
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_logprobs": 0,
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": usage.as_json() if usage is not None else None,
    }


def response_event(type_: str, response: JsonObject) -> JsonObject:
    """Builds an event that carries the response object.

    Args:
        type_: `response.created`, `response.in_progress` or `response.completed`.
        response: The response object.

    Returns:
        The event without its `sequence_number`.
    """
    return {"type": type_, "response": response}


def item_event(type_: str, *, output_index: int, item: JsonObject) -> JsonObject:
    """Builds an event that carries an output item.

    Args:
        type_: `response.output_item.added` or `response.output_item.done`.
        output_index: The item's place in the output.
        item: The output item.

    Returns:
        The event without its `sequence_number`.
    """
    return {"type": type_, "output_index": output_index, "item": item}


def within_item(type_: str, *, output_index: int, item_id: str, **fields: Any) -> JsonObject:
    """Builds an event that happens inside an output item.

    Args:
        type_: The type of the event, such as `response.output_text.delta`.
        output_index: The item's place in the output.
        item_id: The item's id.
        **fields: What this type carries besides.

    Returns:
        The event without its `sequence_number`.
    """
    return {"type": type_, "item_id": item_id, "output_index": output_index, **fields}
