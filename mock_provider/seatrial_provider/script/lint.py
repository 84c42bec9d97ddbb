"""Looks over replies as they are added: what can never be used, what takes another's request."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial_provider.errors import ScriptError, four_parts
from seatrial_provider.script.conditions.base import implies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seatrial_provider.script.conditions.base import Condition
    from seatrial_provider.script.use import ScriptedReply

_PACKAGE = "seatrial_provider"


class ScriptWarning(UserWarning):
    """A reply may take a request that a later reply is meant for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two replies of a section, of which the first takes requests that the second is for.

    Attributes:
        first: The one that comes first.
        second: The other one.
    """

    first: ScriptedReply
    second: ScriptedReply

    @property
    def is_total(self) -> bool:
        """Whether the first takes all of them, so that the second can never be used."""
        return self.first.reply.permanent

    def error(self) -> ScriptError:
        """Returns the error for a reply that can never be used."""
        return ScriptError(
            f"{self.second.label} can never be used",
            expected=f"requests that only {self.second.label} is for: "
            f"{self.second.reply.describe()}",
            arrived=f"{self.first.label}, which comes first, takes all of them: "
            f"{self.first.reply.describe()}",
            cause="Should the permanent reply take what the others leave?",
            remedy="Put the permanent reply after the others, or give it a narrower `when`.",
        )

    def warn(self) -> None:
        """Warns of a reply that may take what the other one is meant for."""
        parts = four_parts(
            expected=f"a request for {self.second.label} to be left to it: "
            f"{self.second.reply.describe()}",
            arrived=f"{self.first.label}, which comes first, takes it too: "
            f"{self.first.reply.describe()}",
            cause=f"Is {self.second.label} to come after {self.first.label}, or an exception?",
            remedy="Use in_order(...) if one comes after the other; put an exception first; or "
            "give the earlier one a narrower `when`.",
        )
        headline = f"{self.first.label} may take a request that {self.second.label} is meant for"
        warning = ScriptWarning(f"{headline}\n{parts}")
        file, _, line = self.second.reply.origin.rpartition(":")
        if file:
            warnings.warn_explicit(warning, ScriptWarning, filename=file, lineno=int(line))
        else:
            warnings.warn(warning, stacklevel=_outside())


def overlaps(earlier: Iterable[ScriptedReply], added: Sequence[ScriptedReply]) -> Iterator[Overlap]:
    """Finds what is wrong with the order of replies.

    Of replies that are alike, with the same `when`, the first one stands for all.

    Args:
        earlier: The replies before them that may answer a further request.
        added: The replies that are to be added to the section.

    Yields:
        Each pair of which the second can never be used; and for a first that may take what is
        meant for others, the first of them.
    """
    before: dict[tuple[Condition | None, bool, bool], ScriptedReply] = {}
    told: set[int] = set()
    for scripted in earlier:
        before.setdefault(_kind(scripted), scripted)
    for second in added:
        for first in before.values():
            if first.after is not None or first.number in told or not _overlap(first, second):
                continue
            if not first.reply.permanent:
                told.add(first.number)
            yield Overlap(first=first, second=second)
        before.setdefault(_kind(second), second)


def _kind(scripted: ScriptedReply) -> tuple[Condition | None, bool, bool]:
    return scripted.reply.when, scripted.reply.permanent, scripted.after is None


def _overlap(first: ScriptedReply, second: ScriptedReply) -> bool:
    when = second.reply.when
    if not implies(when, first.reply.when):
        return False
    if first.reply.permanent:
        return True
    # What waits in an ordered group, or for the output of a call, comes later by itself.
    comes_later = second.after is not None or when is None or not when.opening
    return when != first.reply.when and not comes_later


def _outside() -> int:
    """Returns the level of the caller outside of this package, for a warning of our caller."""
    level = 1
    frame = sys._getframe(1)
    while frame.f_back and str(frame.f_globals.get("__name__", "")).startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    return level
