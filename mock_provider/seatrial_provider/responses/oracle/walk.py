"""What is known of a stream while its events are read in order."""

from dataclasses import dataclass, field

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.oracle.rules import Violation


@dataclass(slots=True)
class Text:
    """What was streamed of one text so far.

    Attributes:
        streamed: The deltas, joined.
        has_deltas: Whether there was one.
        is_done: Whether its done event came.
    """

    streamed: str = ""
    has_deltas: bool = False
    is_done: bool = False


@dataclass(slots=True)
class Item:
    """What was streamed of one item so far.

    Attributes:
        added: The item as it was added.
        texts: Its texts by stem and index.
        open_parts: Its parts that are not done, by stem and index.
        counts: How many events of each type that counts there were; annotations by part.
        annotations: The annotations that were streamed, by part.
        stage: How far its tool has come.
        done: The item as it was done.
    """

    added: JsonObject
    texts: dict[tuple[str, object], Text] = field(default_factory=dict)
    open_parts: set[tuple[str, object]] = field(default_factory=set)
    counts: dict[tuple[str, object], int] = field(default_factory=dict)
    annotations: dict[object, list[object]] = field(default_factory=dict)
    stage: int = 0
    done: JsonObject | None = None


@dataclass(slots=True)
class Walk:
    """What is known of the stream so far.

    Attributes:
        violations: What is wrong with it.
        items: Its items by output_index.
        is_cut_short: Whether it ends with an error, so that items may stay open.
    """

    violations: list[Violation] = field(default_factory=list)
    items: dict[object, Item] = field(default_factory=dict)
    is_cut_short: bool = False

    def add(self, rule: str, position: int | None, detail: str) -> None:
        """Notes a violation."""
        self.violations.append(Violation(rule=rule, position=position, detail=detail))


def short(value: object) -> str:
    """Returns a value in a few characters for messages."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
