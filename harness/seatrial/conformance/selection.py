"""What there is to judge of a server: the requirements that are selected, as cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from seatrial.conformance.check import Check
from seatrial.conformance.requirement import Requirement
from seatrial.conformance.result import USUAL_TRANSPORT, where
from seatrial.conformance.suite import Suite
from seatrial.errors import SeatrialError
from seatrial.servers import ServerUnderTest

__all__ = [
    "EVERY_TRANSPORT",
    "EVERY_WIRE",
    "Case",
    "NothingSelected",
    "cases",
    "check_selection",
    "is_selected",
    "over_one",
]

EVERY_WIRE = EVERY_TRANSPORT = "all"
"""In the place of a name: each one that the server takes, or can be reached over."""


class NothingSelected(SeatrialError):
    """A selection that no requirement matches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One requirement to be judged in one dialect, over one wire.

    Attributes:
        wire: The API in which the server talks to the model.
        transport: How it is reached.
        inapplicable: Why it does not apply to the server; empty if it does.
    """

    requirement: Requirement
    check: Check
    dialect: str
    wire: str
    transport: str = USUAL_TRANSPORT
    inapplicable: str = ""

    @property
    def label(self) -> str:
        """Its requirement, and where it is judged if that is not the only place."""
        name = self.requirement.id
        place = where(self.dialect, self.wire, self.transport)
        alone = len(self.requirement.dialects) == 1 and place == self.dialect
        return name if alone else f"{name} [{place}]"


def cases(
    suites: Iterable[Suite],
    server: ServerUnderTest,
    *,
    only: Sequence[str] = (),
    dialect: str | None = None,
    wire: str | None = None,
    transport: str | None = None,
) -> list[Case]:
    """Returns what there is to judge of a server, in the order of the manifests.

    Args:
        suites: The suites.
        server: The server, its release filled in if known.
        only: Ids of requirements, or patterns with `*`; all of them without any.
        dialect: The one dialect to judge; all that the server speaks without it.
        wire: The one wire to judge over, or `all`; the first that the server takes without it.
        transport: The one transport to reach it over, or `all`; the server's own without it.

    Raises:
        NothingSelected: A pattern matches no requirement that has a check, or the server does not
            speak the dialect, does not take the wire, or cannot be reached over the transport.
    """
    suites = list(suites)
    reached = _reached(server, transport)
    known = [name for one in reached for name in one.dialects]
    if dialect is not None and dialect not in known:
        raise _not_spoken(server, "speak", dialect, dict.fromkeys(known), "--dialect")
    wires = server.profile.wires_of(server.release)
    if wire not in {None, EVERY_WIRE, *wires}:
        raise _not_spoken(server, "take the wire", wire or "", wires, "--wire")
    check_selection(suites, only)
    return [
        _case(suite, requirement, one, spoken, taken)
        for suite in suites
        for requirement in suite.requirements.values()
        if requirement.id in suite.checks and is_selected(requirement.id, only)
        for one in reached
        for spoken in one.dialects
        if spoken in requirement.dialects and dialect in {None, spoken}
        for taken in (wires[:1] if wire is None else wires)
        if wire in {None, EVERY_WIRE, taken}
    ]


def over_one(server: ServerUnderTest, transport: str | None) -> ServerUnderTest:
    """Returns a server over the one transport that is meant, over its own if that is not one."""
    return server if transport in {None, EVERY_TRANSPORT} else server.over(str(transport))


def _reached(server: ServerUnderTest, transport: str | None) -> list[ServerUnderTest]:
    """Returns the server over each transport that is meant.

    Raises:
        NothingSelected: It cannot be reached over that one.
    """
    known = server.transports
    if transport == EVERY_TRANSPORT:
        return [server.over(name) for name in known]
    if transport not in {None, *known}:
        raise _not_spoken(server, "be reached over", transport or "", known, "--transport")
    return [server.over(transport or server.transport)]


def _not_spoken(
    server: ServerUnderTest, verb: str, name: str, known: Iterable[str], option: str
) -> NothingSelected:
    return NothingSelected(
        f"{server.title} is not said to {verb} {name}",
        expected=f"one of {', '.join(known)}",
        arrived=name,
        cause="is it misspelled, or missing in the profile?",
        remedy=f"leave {option} out to judge what the profile names",
    )


def is_selected(name: str, only: Sequence[str]) -> bool:
    """Whether a requirement's id is among the patterns; every id is among none."""
    return not only or any(
        fnmatchcase(name, pattern) or name.startswith(f"{pattern}.") for pattern in only
    )


def check_selection(suites: Sequence[Suite], only: Sequence[str]) -> None:
    """Looks whether each pattern matches a requirement that has a check.

    Raises:
        NothingSelected: One does not.
    """
    known = [name for suite in suites for name in suite.checks]
    for pattern in only:
        if any(is_selected(name, [pattern]) for name in known):
            continue
        deferred = next(_deferred(suites, pattern), None)
        raise NothingSelected(
            f"nothing to judge under {pattern!r}",
            expected="the id of a requirement, an area, or a pattern with *",
            arrived=repr(pattern),
            cause=f"it has no check yet: {deferred}" if deferred else "is it misspelled?",
            remedy="see `seatrial requirements` for the ids",
        )


def _deferred(suites: Iterable[Suite], pattern: str) -> Iterator[str]:
    for suite in suites:
        for row in suite.requirements.values():
            if row.deferred and is_selected(row.id, [pattern]):
                yield row.deferred


def _case(
    suite: Suite, requirement: Requirement, server: ServerUnderTest, dialect: str, wire: str
) -> Case:
    why = server.profile.missing(requirement.needs, server.release)
    window = requirement.releases.get(server.profile.name)
    if why is None and window is not None and not window.holds(server.release):
        why = f"it does not hold for {server.title}"
    return Case(
        requirement=requirement,
        check=suite.checks[requirement.id],
        dialect=dialect,
        wire=wire,
        transport=server.transport,
        inapplicable=why or "",
    )
