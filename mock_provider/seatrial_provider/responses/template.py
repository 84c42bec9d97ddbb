"""Streams encoded once: the bytes of a reply, with holes for what changes from use to use.

What changes is the place of the use, which is in every id, the model, and what a response repeats
of its request. The holes are found by marks that no script can hold: they are drawn anew for each
process, and stand in no stream that is sent.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from seatrial_provider.ids import ItemIds
from seatrial_provider.phrase import needs_no_tool, phrase
from seatrial_provider.responses.builders import Envelope
from seatrial_provider.responses.including import ENCRYPTED_REASONING, with_included
from seatrial_provider.responses.items import VerbatimEvent
from seatrial_provider.responses.stream import iter_events
from seatrial_provider.responses.usage import Usage
from seatrial_provider.wire.filled import Filled, Form
from seatrial_provider.wire.sse import encode

if TYPE_CHECKING:
    from seatrial_provider.responses.items import Said
    from seatrial_provider.script import Reply

_MARK = f"hole-{secrets.token_hex(16)}"
_PLACE, _MODEL, _ECHO = f"{_MARK}-place", f"{_MARK}-model", f"{_MARK}-echo"

_LARGEST = 32 * 1024 * 1024
"""The most bytes of streams that are kept encoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _HoleIds(ItemIds):
    """Ids with a hole where the place of the use goes."""

    def item_id(self, prefix: str) -> str:
        return f"{prefix}_{_PLACE}_{self.output_index}"


class Template:
    """The stream of one reply.

    Args:
        encoded: Its bytes, with marks.

    Attributes:
        size: How many bytes it takes, once it was filled.
    """

    def __init__(self, encoded: bytes) -> None:
        self.size = 2 * len(encoded)
        self._encoded = encoded
        self._half_filled: tuple[str, bytes, Form] | None = None

    def filled(self, *, place: str, model: str, echo: bytes) -> Filled:
        """Returns the stream for one use.

        Args:
            place: The place of the use, as `ids.place` has it.
            model: The model.
            echo: What the response repeats of its request, in JSON.
        """
        half = self._half_filled
        if half is None or half[0] != model or half[1] != echo:
            half = self._half_filled = (model, echo, self._around_places(model, echo))
        return Filled(half[2], place.encode())

    def _around_places(self, model: str, echo: bytes) -> Form:
        """Fills the holes that are the same in every request of a conversation."""
        named = self._encoded.replace(f'"{_MODEL}"'.encode(), orjson.dumps(model))
        return Form(named.replace(f'"{_ECHO}":0'.encode(), echo[1:-1]).split(_PLACE.encode()))


class Templates:
    """The streams that were encoded so far, as far as there is room for them."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[int, bool], tuple[Reply, Template]] = OrderedDict()
        self._size = 0

    def prepare(self, reply: Reply) -> None:
        """Encodes a reply before it is asked for, if it can be and there is room.

        Args:
            reply: A reply of the script.
        """
        if self._size < _LARGEST:
            self.get(reply)

    def get(self, reply: Reply, *, includes_reasoning: bool = False) -> Template | None:
        """Returns the template of a reply.

        Args:
            reply: The reply.
            includes_reasoning: Whether the request includes the encrypted reasoning.

        Returns:
            The template; None if what is sent depends on more of the request than fits the
            holes, or is held or spoilt on the way.
        """
        key = (id(reply), includes_reasoning)
        if key in self._made:
            return self._made[key][1]
        held_or_spoilt = reply.gates or reply.faults or reply.compute
        if held_or_spoilt or not all(map(needs_no_tool, reply.intents)):
            return None
        template = Template(_encoded(reply, includes_reasoning=includes_reasoning))
        self._made[key] = (reply, template)
        self._size += template.size
        while self._size > _LARGEST and len(self._made) > 1:
            _, (_, oldest) = self._made.popitem(last=False)
            self._size -= oldest.size
        return template


def _encoded(reply: Reply, *, includes_reasoning: bool) -> bytes:
    said: list[Said] = []
    output_index = 0
    for intent in reply.intents:
        ids = _HoleIds(reply_number=0, output_index=output_index)
        said.append(phrase(intent, tools=(), ids=ids))
        output_index += not isinstance(said[-1], VerbatimEvent)
    envelope = Envelope(
        id=f"resp_{_PLACE}",
        model=_MODEL,
        echo={_ECHO: 0},
        usage=reply.usage or Usage(),
        ending=reply.ending,
        queued=reply.queued,
    )
    included = [ENCRYPTED_REASONING] if includes_reasoning else []
    events = iter_events(envelope, with_included(said, {"include": included}))
    return b"".join(map(encode, events))
