"""Flavours: the same stream as the API itself sends it, as Open Responses has it, or at its least.

`full` is the stream of the Responses API. `open` follows the Open Responses specification, as the
PyPI package `openresponses-types` has it: other names for the raw reasoning, a nested error, two
penalties in the response, `[DONE]` at the end. `minimal` has only the three events, without
numbers and indexes, that the tests of many servers send.
"""

from collections.abc import Callable
from enum import StrEnum

from seatrial_provider.errors import ScriptError
from seatrial_provider.jsontypes import JsonObject


class Flavour(StrEnum):
    """In which flavour a provider sends its streams."""

    FULL = "full"
    OPEN = "open"
    MINIMAL = "minimal"

    @property
    def is_numbered(self) -> bool:
        """Whether its events have sequence numbers."""
        return self is not Flavour.MINIMAL


Translation = Callable[[JsonObject], JsonObject | None]
"""Says an event in a flavour."""

_OPEN_TYPES = {
    "response.reasoning_text.delta": "response.reasoning.delta",
    "response.reasoning_text.done": "response.reasoning.done",
}
_NOT_IN_OPEN = ("conversation", "prompt", "prompt_cache_retention", "user")
_PENALTIES: JsonObject = {"presence_penalty": 0.0, "frequency_penalty": 0.0}
_MINIMAL_MEMBERS = ("id", "usage", "error", "incomplete_details")
_IN_MINIMAL = frozenset(
    {
        "response.created",
        "response.output_item.done",
        "response.completed",
        "response.incomplete",
        "response.failed",
        "error",
    }
)


def flavour_named(name: str) -> Flavour:
    """Returns the flavour of a name.

    Args:
        name: The name, or the flavour itself.

    Raises:
        ScriptError: There is no such flavour.
    """
    if name in list(Flavour):
        return Flavour(name)
    raise ScriptError(
        "the provider is to speak in a flavour that does not exist",
        expected=f"one of {', '.join(Flavour)}",
        arrived=repr(name),
        cause="Is the name misspelt?",
        remedy="Use one of the names above as flavour=...",
    )


def translation(flavour: Flavour) -> Translation:
    """Returns what says an event of the Responses API in a flavour.

    Args:
        flavour: The flavour.

    Returns:
        A function from an event, which it leaves as it is, to the event that is sent; None if
        the flavour does not have it.
    """
    return _TRANSLATIONS[flavour]


def end_mark(flavour: Flavour) -> bytes:
    """Returns what ends a stream after its last event; nothing if that event does.

    Args:
        flavour: The flavour.
    """
    return b"data: [DONE]\n\n" if flavour is Flavour.OPEN else b""


def _full(event: JsonObject) -> JsonObject:
    return event


def _open(event: JsonObject) -> JsonObject | None:
    type_ = event["type"]
    if type_ == "response.compaction.compacting":
        return None
    if "response" in event:
        return {**event, "response": _open_response(event["response"])}
    if type_ == "error":
        said = {name: event[name] for name in ("code", "message", "param")}
        return {"type": type_, "error": {"type": "server_error", **said}}
    if type_ == "response.function_call_arguments.done":
        return {name: value for name, value in event.items() if name != "name"}
    return {**event, "type": _OPEN_TYPES.get(type_, type_)}


def _open_response(response: JsonObject) -> JsonObject:
    kept = {name: value for name, value in response.items() if name not in _NOT_IN_OPEN}
    usage = kept["usage"]
    if usage is not None:
        cached = {"cached_tokens": usage["input_tokens_details"]["cached_tokens"]}
        kept["usage"] = {**usage, "input_tokens_details": cached}
    return {**kept, **_PENALTIES}


def _minimal(event: JsonObject) -> JsonObject | None:
    type_ = event["type"]
    if type_ == "response.output_item.done":
        return {"type": type_, "item": event["item"]}
    if type_ not in _IN_MINIMAL:
        return None
    if "response" not in event:
        return event
    said = ((name, event["response"][name]) for name in _MINIMAL_MEMBERS)
    return {"type": type_, "response": {name: value for name, value in said if value is not None}}


_TRANSLATIONS: dict[Flavour, Translation] = {
    Flavour.FULL: _full,
    Flavour.OPEN: _open,
    Flavour.MINIMAL: _minimal,
}
