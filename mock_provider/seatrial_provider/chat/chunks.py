"""Turns the events of a response into the chat chunks that say the same, event by event.

The events are those of the Responses API, so a reply has the same deltas, the same gate points and
the same endings on both.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from seatrial_provider.chat.builders import ChatForm, chunk, usage_chunk
from seatrial_provider.jsontypes import JsonObject

_FINISH_REASONS = {"max_output_tokens": "length"}
"""How chat calls the reason for an incomplete response, where it calls it otherwise."""


def chunks_of(events: Sequence[JsonObject], form: ChatForm) -> list[tuple[str, list[JsonObject]]]:
    """Builds the chunks of a stream.

    Args:
        events: The events of the response, whose items chat can express.
        form: What all chunks have in common.

    Returns:
    For each event its type and the chunks that say the same, of which there may be none. An
        event that ends the response with an error becomes the error object that servers send in
        its place.
    """
    walk = _Walk(events, form)
    return [(str(event.get("type")), walk.chunks(event)) for event in events]


def finish_reason_of(terminal: JsonObject, *, called: bool) -> str:
    """Says why a choice ends.

    Args:
        terminal: The event `response.completed` or `response.incomplete`.
        called: Whether a tool was called.
    """
    if terminal["type"] == "response.incomplete":
        reason: str = terminal["response"]["incomplete_details"]["reason"]
        return _FINISH_REASONS.get(reason, reason)
    return "tool_calls" if called else "stop"


class _Walk:
    """What is known of a stream while its events are read in order."""

    def __init__(self, events: Sequence[JsonObject], form: ChatForm) -> None:
        self.form = form
        self.calls: dict[int, int] = {}
        places = {(event.get("type"), event.get("output_index")) for event in events}
        self.speaks = any(type_ == "response.output_text.done" for type_, _ in places)
        self.thinks_aloud = {at for type_, at in places if type_ == "response.reasoning_text.done"}

    def chunks(self, event: JsonObject) -> list[JsonObject]:
        """Returns the chunks that say what an event says."""
        type_ = event.get("type", "")
        if "sequence_number" not in event:  # a script has it verbatim
            return [event]
        if type_ in ("response.completed", "response.incomplete"):
            return self._end(event)
        if type_ in ("response.failed", "error"):
            return [error_object(event)]
        say = DELTAS.get(type_)
        delta = say(self, event) if say is not None else None
        return [chunk(self.form, delta)] if delta is not None else []

    def _end(self, event: JsonObject) -> list[JsonObject]:
        reason = finish_reason_of(event, called=bool(self.calls))
        end = [chunk(self.form, {}, finish_reason=reason)]
        usage = event["response"]["usage"]
        if self.form.include_usage and usage is not None:
            end.append(usage_chunk(self.form, usage))
        return end

    def begin(self, event: JsonObject) -> JsonObject:
        """Says who speaks."""
        content = "" if self.speaks else None
        return {"role": "assistant", "content": content, "refusal": None}

    def add(self, event: JsonObject) -> JsonObject | None:
        """Says the id and the name of a call; they come only once."""
        return None if self.form.whole_calls else self._begin_call(event)

    def done(self, event: JsonObject) -> JsonObject | None:
        """Says a whole call, if it was not said in pieces."""
        return self._begin_call(event) if self.form.whole_calls else None

    def call(self, event: JsonObject, kind: str, given: str) -> JsonObject | None:
        """Says a piece of what a tool is given."""
        if self.form.whole_calls:
            return None
        index = self.calls[event["output_index"]]
        return {"tool_calls": [{"index": index, kind: {given: event["delta"]}}]}

    def _begin_call(self, event: JsonObject) -> JsonObject | None:
        item = event["item"]
        if item["type"] not in _CALLS:
            return None
        kind, given = _CALLS[item["type"]]
        index = self.calls[event["output_index"]] = len(self.calls)
        call = {"index": index, "id": item["call_id"], "type": kind}
        return {"tool_calls": [{**call, kind: {"name": item["name"], given: item[given]}}]}

    def think(self, event: JsonObject) -> JsonObject | None:
        """Says a piece of what the model thinks; of its summary only if there is no more."""
        is_summary = event["type"] == "response.reasoning_summary_text.delta"
        if self.form.reasoning is None or (
            is_summary and event["output_index"] in self.thinks_aloud
        ):
            return None
        return {self.form.reasoning: event["delta"]}


def error_object(event: JsonObject) -> JsonObject:
    """Returns the error that a stream or an answer carries in place of what is missing.

    Args:
        event: The event `response.failed` or `error`.
    """
    error = event["response"]["error"] if event["type"] == "response.failed" else event
    told = {"message": error["message"], "type": "server_error"}
    return {"error": {**told, "param": error.get("param"), "code": error["code"]}}


def _cite(walk: _Walk, event: JsonObject) -> JsonObject:
    cited = {name: value for name, value in event["annotation"].items() if name != "type"}
    return {"annotations": [{"type": "url_citation", "url_citation": cited}]}


_CALLS = {"function_call": ("function", "arguments"), "custom_tool_call": ("custom", "input")}
"""For each sort of call its name in chat, and the member that holds what the tool is given."""

DELTAS: Mapping[str, Callable[[_Walk, JsonObject], JsonObject | None]] = MappingProxyType(
    {
        "response.created": _Walk.begin,
        "response.output_item.added": _Walk.add,
        "response.output_item.done": _Walk.done,
        "response.output_text.delta": lambda _, event: {"content": event["delta"]},
        "response.output_text.annotation.added": _cite,
        "response.refusal.delta": lambda _, event: {"refusal": event["delta"]},
        "response.reasoning_text.delta": _Walk.think,
        "response.reasoning_summary_text.delta": _Walk.think,
        "response.function_call_arguments.delta": lambda walk, event: walk.call(
            event, "function", "arguments"
        ),
        "response.custom_tool_call_input.delta": lambda walk, event: walk.call(
            event, "custom", "input"
        ),
    }
)
"""How the events that add something to a message are said."""
