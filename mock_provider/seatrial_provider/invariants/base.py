"""What an invariant is, and what it looks at: one model request, read once for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial_provider.recorded import CALL_TYPES, OUTPUT_TYPES, output_call_id

if TYPE_CHECKING:
    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest


@dataclass(frozen=True, slots=True)
class Placed:
    """A call or an output in the input.

    Attributes:
        position: Its place in the input, from 0.
        call_id: The id of the call; None if it carries none.
        item: The item.
    """

    position: int
    call_id: str | None
    item: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A model request as the invariants see it.

    Attributes:
        request: The request itself.
        input: The whole conversation as input items, what the provider kept of it included.
        offered: The names of the offered tools.
        calls: The calls in the input, in order.
        outputs: The outputs of calls in the input, in order.
    """

    request: RecordedRequest
    input: list[JsonObject]
    offered: list[str]
    calls: list[Placed]
    outputs: list[Placed]


_CALLS = CALL_TYPES | {"tool_search_call"}
_OUTPUTS = OUTPUT_TYPES | {"tool_search_output"}

Finding = tuple[str, str]
"""What should hold, and what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """Something that holds of every sound model request.

    Attributes:
        name: The name by which it is switched off.
        holds: What must hold, in one sentence.
        check: Yields each way in which a request breaks it.
    """

    name: str
    holds: str
    check: Callable[[Asked], Iterator[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One way in which a request breaks an invariant.

    Attributes:
        invariant: The name of the invariant.
        expected: What should hold.
        arrived: What was found, with its place in the input.
    """

    invariant: str
    expected: str
    arrived: str


def repeated(names: list[str]) -> Iterator[tuple[str, int]]:
    """Yields each name that is there more than once, and how often."""
    if len(set(names)) < len(names):
        yield from ((name, count) for name, count in Counter(names).items() if count > 1)


def read(request: RecordedRequest) -> Asked:
    """Reads a request for the invariants.

    Args:
        request: A request of either API, with a sound body.
    """
    items = request.input
    calls: list[Placed] = []
    outputs: list[Placed] = []
    for position, item in enumerate(items):
        kind = item.get("type")
        if item.get("execution") == "server":  # a search that needed nothing of the client
            continue
        if kind in _CALLS:
            calls.append(Placed(position, _text(item.get("call_id")), item))
        elif kind in _OUTPUTS:
            outputs.append(Placed(position, output_call_id(item), item))
    return Asked(
        request=request,
        input=items,
        offered=request.offered_tools(),
        calls=calls,
        outputs=outputs,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
