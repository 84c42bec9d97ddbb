"""Defects in the rules about commands, and in what the client adds to them."""

from __future__ import annotations

from seatrial_reference.rules import Rules, parts
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial_reference.commands import Command


class _FirstPart(Rules):
    def combine(self, decisions: Sequence[str | None]) -> str | None:
        return super().combine(decisions[:1])


class _LastPart(Rules):
    def combine(self, decisions: Sequence[str | None]) -> str | None:
        return super().combine(decisions[-1:])


class _AnyPart(Rules):
    def combine(self, decisions: Sequence[str | None]) -> str | None:
        return super().combine([one for one in decisions if one is not None])


class _OffersOther(Rules):
    def proposal(self, command: Command) -> list[str] | None:
        return [command.argv[0]] if super().proposal(command) else None


class _OffersAnyway(Rules):
    def proposal(self, command: Command) -> list[str] | None:
        found = parts(command.text)
        return found[0] if len(found) == 1 else None


class _OffersForParts(Rules):
    def proposal(self, command: Command) -> list[str] | None:
        found = parts(command.text)
        return found[0] if found and self.decision(found[0]) is None else None


class _Forgets(Rules):
    def add(self, words: Sequence[str]) -> None:
        del words


class _TooWide(Rules):
    def add(self, words: Sequence[str]) -> None:
        super().add(())


class _NotKept(Rules):
    def save(self, words: Sequence[str]) -> None:
        del words


VARIANTS = (
    Variant(
        name="rules-first-part",
        defect="Of a command of several parts, the rules judge the first one only.",
        parts=Parts(rules=_FirstPart),
    ),
    Variant(
        name="rules-last-part",
        defect="Of a command of several parts, the rules judge the last one only.",
        parts=Parts(rules=_LastPart),
    ),
    Variant(
        name="rules-any-part",
        defect="A command of several parts runs unasked if a rule allows one of them.",
        parts=Parts(rules=_AnyPart),
    ),
    Variant(
        name="amendment-of-shell",
        defect="The amendment that is offered allows the shell, and not the command.",
        parts=Parts(rules=_OffersOther),
    ),
    Variant(
        name="amendment-against-rule",
        defect="An amendment is offered for a command that a rule is about.",
        parts=Parts(rules=_OffersAnyway),
    ),
    Variant(
        name="amendment-of-part",
        defect="An amendment is offered for the first part of a command of several.",
        parts=Parts(rules=_OffersForParts),
    ),
    Variant(
        name="amendment-forgotten",
        defect="An amendment that was accepted is not taken into the rules.",
        parts=Parts(rules=_Forgets),
    ),
    Variant(
        name="amendment-too-wide",
        defect="An amendment that was accepted allows every command.",
        parts=Parts(rules=_TooWide),
    ),
    Variant(
        name="amendment-not-kept",
        defect="An amendment that was accepted is gone after a restart.",
        parts=Parts(rules=_NotKept),
    ),
)
