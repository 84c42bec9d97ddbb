"""Rules about streams that did not come whole: what of them a client may take for said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial_provider.clients.base import Found, Level, Rule, Run
from seatrial_provider.content import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest

_ENDED = frozenset({"response.completed", "response.failed", "response.incomplete", "error"})


@dataclass(slots=True)
class _Partial:
    """What was said in a stream that did not come to its end.

    Attributes:
        texts: The texts that were begun and not finished.
        calls: The ids of the calls that were begun and not finished.
        done_calls: The ids of the calls that were finished before the cut.
    """

    texts: list[str] = field(default_factory=list)
    calls: set[str] = field(default_factory=set)
    done_calls: set[str] = field(default_factory=set)


def _took_part_for_whole(run: Run) -> Iterator[Found]:
    for request, partial, later in _cut_streams(run):
        for one in later:
            if told := _repeated(one, partial):
                yield Found(
                    request=one,
                    expected=f"nothing of what request {request.index + 1} got before the cut, "
                    "since it was not finished",
                    arrived=told,
                )
                break


def _acted_before_end(run: Run) -> Iterator[Found]:
    for request, partial, later in _cut_streams(run):
        for one in later:
            if done := sorted(partial.done_calls & set(one.call_ids())):
                yield Found(
                    request=one,
                    expected=f"no call of request {request.index + 1}, whose answer has no end",
                    arrived=f"the call {', '.join(done)} in its input",
                )
                break


def _cut_streams(
    run: Run,
) -> Iterator[tuple[RecordedRequest, _Partial, Sequence[RecordedRequest]]]:
    """Yields each cut stream, and the requests until its answer came whole after all."""
    for chain in run.chains:
        for place, attempt in enumerate(chain.attempts):
            request, events = attempt.request, attempt.request.events
            if attempt.is_left or not events or any(map(_is_end, events)):
                continue
            whole = (later.request.index for later in chain.attempts[place:] if later.is_whole)
            partial = _chat(events) if request.is_chat else _responses(events)
            yield request, partial, run.requests[request.index + 1 : next(whole, None)]


def _is_end(event: JsonObject) -> bool:
    if "type" in event:
        return event["type"] in _ENDED
    choices = event.get("choices") or [{}]
    return "error" in event or bool(choices[0].get("finish_reason"))


def _responses(events: list[JsonObject]) -> _Partial:
    partial = _Partial()
    begun: dict[object, JsonObject] = {}
    texts: dict[object, str] = {}
    for event in events:
        index = event.get("output_index")
        if event["type"] == "response.output_item.added":
            begun[index] = event["item"]
        elif event["type"] == "response.output_text.delta":
            texts[index] = texts.get(index, "") + event["delta"]
        elif event["type"] == "response.output_item.done":
            item = begun.pop(index, event["item"])
            texts.pop(index, None)
            if "call_id" in item:
                partial.done_calls.add(item["call_id"])
    partial.calls = {item["call_id"] for item in begun.values() if "call_id" in item}
    partial.texts = [text for text in texts.values() if text]
    return partial


def _chat(events: list[JsonObject]) -> _Partial:
    partial = _Partial()
    text = ""
    for event in events:
        for choice in event.get("choices") or ():
            delta = choice.get("delta") or {}
            text += delta.get("content") or ""
            partial.calls |= {c["id"] for c in delta.get("tool_calls") or () if c.get("id")}
    partial.texts = [text] if text else []
    return partial


def _repeated(later: RecordedRequest, partial: _Partial) -> str | None:
    calls = sorted(partial.calls & set(later.call_ids()))
    if calls:
        return f"the call {', '.join(calls)} in its input"
    for item in later.input:
        if item.get("role") == "assistant":
            for text in set(texts_of(item.get("content"))) & set(partial.texts):
                return f"a message of the assistant that says {text[:80]!r}"
    return None


RULES = (
    Rule(
        name="part-taken-for-whole",
        holds="A text or a call that was cut off in the midst does not come back in a later "
        "request as if it had been finished.",
        level=Level.FAIL,
        cause="Does the client take the end of the connection for the end of the answer?",
        check=_took_part_for_whole,
    ),
    Rule(
        name="acted-before-end",
        holds="A call of a stream that has no end is not carried out.",
        level=Level.WARN,
        cause="Does the client run a call as soon as it is there, and keep it when the stream "
        "breaks?",
        check=_acted_before_end,
    ),
)
