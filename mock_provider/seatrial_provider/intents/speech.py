"""Intents that need no tool: to say something, to refuse, to think."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Literal

from seatrial_provider.intents.base import Intent
from seatrial_provider.intents.conforming import unusable
from seatrial_provider.responses.items import (
    ContainerFileCitation,
    FileCitation,
    FilePath,
    UrlCitation,
)


@dataclass(frozen=True, slots=True)
class Say(Intent):
    """The model says something to the user.

    Attributes:
        text: What it says; any text that UTF-8 can hold.
        deltas: The pieces in which the text is streamed; they join to it. None takes a few
            words at a time.
        annotations: What the text cites.
        phase: Whether it is said between calls or is the answer; None leaves it unsaid.
    """

    text: str
    _: KW_ONLY
    deltas: Sequence[str] | None = None
    annotations: Sequence[UrlCitation | FileCitation | ContainerFileCitation | FilePath] = ()
    phase: Literal["commentary", "final_answer"] | None = None

    def check(self) -> None:
        """Looks at whether the pieces join to the text."""
        _join(self.deltas, self.text, "deltas of say(...)")


@dataclass(frozen=True, slots=True)
class Refuse(Intent):
    """The model refuses.

    Attributes:
        text: What it says when it refuses.
        deltas: The pieces in which the text is streamed; they join to it. None takes a few
            words at a time.
    """

    text: str
    _: KW_ONLY
    deltas: Sequence[str] | None = None

    def check(self) -> None:
        """Looks at whether the pieces join to the text."""
        _join(self.deltas, self.text, "deltas of refuse(...)")


@dataclass(frozen=True, slots=True)
class Think(Intent):
    """The model thinks, and shows as much of it as the fields have.

    Attributes:
        summary: The summary of its thoughts, or the parts of it.
        raw: Its thoughts as they are, or the parts of them.
        encrypted: The thoughts as only the API can read them.
    """

    summary: str | Sequence[str] = ()
    _: KW_ONLY
    raw: str | Sequence[str] = ()
    encrypted: str | None = None


def _join(deltas: Sequence[str] | None, text: str, what: str) -> None:
    if deltas is None or ("".join(deltas) == text and all(deltas)):
        return
    raise unusable(
        what,
        expected=f"pieces that are not empty and join to {text!r}",
        arrived=f"{list(deltas)!r}",
        cause="Is a space lost between two of the pieces?",
        remedy="Cut the text and leave nothing out, or leave the deltas out.",
    )
