"""Answering by rule: the first rule that fits a request says which responder answers it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from seatrial.journal import Direction, Entry
from seatrial.jsonrpc import Request
from seatrial.peer import Peer
from seatrial.responders.responder import Answered, Responder

__all__ = ["Rule", "answering", "anything", "asks", "mentions"]

Fits = Callable[[Entry], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A responder for some requests.

    Attributes:
        when: Says of a request whether it is one of them.
        then: What answers it.
    """

    when: Fits
    then: Responder


def anything(entry: Entry) -> bool:
    """Fits every request: for the last of several rules."""
    return isinstance(entry.message, Request)


def asks(method: str) -> Fits:
    """Fits the requests of a method."""
    return lambda entry: entry.is_request(method)


def mentions(text: str) -> Fits:
    """Fits the requests that have a text somewhere in their parameters: a command, an id."""
    spelled = json.dumps(text)[1:-1]
    return lambda entry: spelled in json.dumps(entry.raw.get("params"))


@contextmanager
def answering(peer: Peer, *rules: Rule) -> Iterator[list[Answered]]:
    """Answers the server's requests by rule for the length of a block.

    A request that no rule fits is left alone. What was answered is in the list that the block is
    given, in order; an answer that holds something back is released there.

    Args:
        peer: Our end of the connection.
        rules: The rules; the first that fits a request counts.
    """
    answered: list[Answered] = []
    failed: list[Exception] = []
    loop = asyncio.get_running_loop()

    def respond(entry: Entry, responder: Responder) -> None:
        try:
            answered.append(responder.answer(peer, entry))
        except Exception as error:  # the loop would only print it: the block's end raises it
            failed.append(error)

    def look(entry: Entry) -> None:
        if entry.direction is not Direction.SERVER or not isinstance(entry.message, Request):
            return
        if rule := next((rule for rule in rules if rule.when(entry)), None):
            loop.call_soon(respond, entry, rule.then)  # not before the peer has taken it in

    unlisten = peer.journal.listen(look)
    try:
        yield answered
    finally:
        unlisten()
    if failed:
        raise failed[0]
