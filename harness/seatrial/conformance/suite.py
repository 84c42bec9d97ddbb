"""A suite: requirements, the checks that judge them, and what is known of real servers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from types import ModuleType

from seatrial.conformance.baseline import Divergence
from seatrial.conformance.check import Check
from seatrial.conformance.requirement import Requirement
from seatrial.conformance.verdict import Verdict
from seatrial.errors import SeatrialError

__all__ = ["BadSuite", "Proof", "Suite", "checks_of", "installed"]


class BadSuite(SeatrialError):
    """A suite whose parts do not fit together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a variant of the reference server must trip, and nothing else.

    Attributes:
        fails: The requirements whose checks must fail.
        warns: Those whose checks must warn: a SHOULD does not hold.
        untestable: Those whose checks can no longer judge anything.
        dialects: The dialects in which it does so; all without any.
        also: What it trips besides, in the dialects that each of them names.
    """

    fails: frozenset[str] = frozenset()
    warns: frozenset[str] = frozenset()
    untestable: frozenset[str] = frozenset()
    dialects: tuple[str, ...] = ()
    also: tuple[Proof, ...] = ()

    @property
    def meant(self) -> frozenset[str]:
        """Every requirement that must fail or warn in some dialect."""
        return (self.fails | self.warns).union(*(more.meant for more in self.also))

    @property
    def named(self) -> frozenset[str]:
        """Every requirement that it says something of."""
        return self.meant.union(self.untestable, *(more.untestable for more in self.also))

    @property
    def topics(self) -> frozenset[str]:
        """The topics of what it names: where a change of the variant's is felt first."""
        return frozenset(map(topic, self.named))

    def verdict(self, requirement: str, dialect: str) -> Verdict:
        """Returns the verdict that it names for a check in a dialect; a pass if it names none."""
        for proof in (self, *self.also):
            if proof.dialects and dialect not in proof.dialects:
                continue
            for verdict, names in (
                (Verdict.FAIL, proof.fails),
                (Verdict.WARN, proof.warns),
                (Verdict.UNTESTABLE, proof.untestable),
            ):
                if requirement in names:
                    return verdict
        return Verdict.PASS


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Requirements with their checks.

    Attributes:
        name: The suite's name.
        requirements: By id.
        checks: By the id of the requirement that they judge.
        divergences: What is known of real servers.
        proofs: By the name of a variant of the reference server.
    """

    name: str
    requirements: Mapping[str, Requirement]
    checks: Mapping[str, Check]
    divergences: tuple[Divergence, ...] = ()
    proofs: Mapping[str, Proof] = field(default_factory=dict)

    def gaps(self) -> list[str]:
        """Returns, as sentences, where requirements, checks and proofs do not fit together."""
        wanted = {r.id for r in self.requirements.values() if not r.deferred}
        deferred = self.requirements.keys() - wanted
        have = self.checks.keys()
        return [
            *(f"{name} has no check, and does not say why" for name in sorted(wanted - have)),
            *(
                f"a check judges {name}, which is no requirement"
                for name in sorted(have - self.requirements.keys())
            ),
            *(f"{name} is deferred, yet it has a check" for name in sorted(have & deferred)),
            *(
                f"the variant {variant} is to trip {name}, which nothing judges"
                for variant, proof in self.proofs.items()
                for name in sorted(proof.named - wanted)
            ),
        ]


def topic(requirement: str) -> str:
    """Returns the area and the topic in a requirement's id."""
    return ".".join(requirement.split(".")[:2])


def checks_of(modules: Iterable[ModuleType]) -> dict[str, Check]:
    """Returns the checks that modules declare, by requirement.

    A module declares a check by a name of its own, or in its tuple `CHECKS` where checks are made
    from data.

    Raises:
        BadSuite: Two checks judge the same requirement.
    """
    found: dict[str, Check] = {}
    for module in modules:
        for value in (*vars(module).values(), *getattr(module, "CHECKS", ())):
            if not isinstance(value, Check):
                continue
            if found.setdefault(value.requirement, value) is not value:
                raise BadSuite(
                    f"two checks judge {value.requirement}",
                    expected="one check a requirement",
                    arrived=f"another in {module.__name__}",
                    cause="was a check copied?",
                    remedy="merge the two, or give one a requirement of its own",
                )
    return found


def installed() -> list[Suite]:
    """Returns the suites of this Python environment: the entry points `seatrial.suites`."""
    found: list[Suite] = []
    for point in sorted(entry_points(group="seatrial.suites"), key=lambda point: point.name):
        found += point.load()
    return found
