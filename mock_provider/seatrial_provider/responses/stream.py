"""Turns what a reply says into the events of one response, each with its number."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, islice

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.builders import (
    Envelope,
    error_event,
    item_event,
    response_event,
    response_object,
)
from seatrial_provider.responses.endings import BreakingEnding, Ending, Incomplete, StreamError
from seatrial_provider.responses.flavours import Flavour, translation
from seatrial_provider.responses.items import OutputItem, Said, VerbatimEvent

_CAN_BE_INCOMPLETE = frozenset(
    {"message", "function_call", "local_shell_call", "shell_call", "tool_search_call"}
)


def events_of(
    envelope: Envelope, said: Sequence[Said], flavour: Flavour = Flavour.FULL
) -> list[JsonObject]:
    """Builds every event of a response, `sequence_number` counted from 0 without a gap.

    It is a pure function: the same arguments give the same events.

    Args:
        envelope: What the response says besides its output.
        said: What the reply says; each item is streamed from start to end before the next one.
        flavour: The flavour in which it is said.

    Returns:
        The events from `response.created` to the one that ends the stream. That one carries the
        whole response, unless the ending is a `StreamError`.
    """
    return list(iter_events(envelope, said, flavour))


def iter_events(
    envelope: Envelope, said: Sequence[Said], flavour: Flavour = Flavour.FULL
) -> Iterator[JsonObject]:
    """Builds the events of a response one by one, so that the first need not wait for the last.

    Args:
        envelope: What the response says besides its output.
        said: What the reply says.
        flavour: The flavour in which it is said.

    Yields:
        What `events_of` returns.
    """
    output: list[JsonObject] = []
    numbers = count()
    ending = envelope.ending
    room = ending.after_events if isinstance(ending, BreakingEnding) else None
    before = chain(_opening(envelope), _items(ending, said, output))
    yield from islice(_sent(before, flavour, numbers), room)
    yield from _sent(_closing(envelope, output), flavour, numbers)


def _sent(
    built: Iterable[JsonObject | VerbatimEvent], flavour: Flavour, numbers: Iterator[int]
) -> Iterator[JsonObject]:
    """Yields events as they are sent: in the flavour, numbered, and verbatim ones as they are."""
    translate, is_numbered = translation(flavour), flavour.is_numbered
    for one in built:
        if isinstance(one, VerbatimEvent):
            yield dict(one.event)
        elif (event := translate(one)) is not None:
            if is_numbered:
                event["sequence_number"] = next(numbers)
            yield event


def _opening(envelope: Envelope) -> Iterator[JsonObject]:
    started = response_object(envelope, status="queued" if envelope.queued else "in_progress")
    yield response_event("response.created", started)
    if envelope.queued:
        yield response_event("response.queued", started)
        started = {**started, "status": "in_progress"}
    yield response_event("response.in_progress", started)


def _items(
    ending: Ending, said: Sequence[Said], output: list[JsonObject]
) -> Iterator[JsonObject | VerbatimEvent]:
    """Yields the events of what is said before the ending; puts each item that is done in output.

    The consumer may stop at any event: an item whose done event it does not take is not done.
    """
    reach = _before(ending, said)
    cut_short = _last_item(reach) if isinstance(ending, Incomplete) else None
    for one in reach:
        if isinstance(one, VerbatimEvent):
            yield one
            continue
        index = len(output)
        yield item_event("response.output_item.added", output_index=index, item=one.added())
        yield from one.progress(index)
        done = one.done()
        if one is cut_short and done["type"] in _CAN_BE_INCOMPLETE:
            done["status"] = "incomplete"
        output.append(done)
        yield item_event("response.output_item.done", output_index=index, item=done)


def _closing(envelope: Envelope, output: list[JsonObject]) -> Iterator[JsonObject]:
    ending = envelope.ending
    if isinstance(ending, StreamError):
        yield error_event(code=ending.code, message=ending.message, param=ending.param)
        return
    broken = isinstance(ending, BreakingEnding)
    response = response_object(
        envelope,
        status=ending.STATUS,
        output=output,
        usage=None if broken else envelope.usage,
        **ending.members(),
    )
    yield response_event(ending.EVENT, response)


def _before(ending: Ending, said: Sequence[Said]) -> Sequence[Said]:
    if not isinstance(ending, BreakingEnding) or ending.after_items is None:
        return said
    items = 0
    for place, one in enumerate(said):
        if items == ending.after_items:
            return said[:place]
        items += not isinstance(one, VerbatimEvent)
    return said


def _last_item(said: Sequence[Said]) -> OutputItem | None:
    items = [one for one in said if not isinstance(one, VerbatimEvent)]
    return items[-1] if items else None
