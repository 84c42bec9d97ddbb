"""What must hold of every model request, each rule with a name it can be switched off by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.errors import ScriptError
from seatrial_provider.invariants import calls, headers, items, tools
from seatrial_provider.invariants.base import Breach, Invariant, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seatrial_provider.recorded import RecordedRequest

__all__ = ["INVARIANTS", "Breach", "Invariant", "breaches", "checked_names"]

INVARIANTS: Mapping[str, Invariant] = {
    invariant.name: invariant
    for module in (calls, items, tools, headers)
    for invariant in module.INVARIANTS
}
"""Every invariant by its name."""


def breaches(request: RecordedRequest, *, ignore: frozenset[str]) -> list[Breach]:
    """Checks a request against the invariants.

    Args:
        request: A request with a sound body.
        ignore: The names of the invariants to leave out.

    Returns:
        Every breach, by invariant.
    """
    asked = read(request)
    return [
        Breach(invariant=name, expected=expected, arrived=arrived)
        for name, invariant in INVARIANTS.items()
        if name not in ignore
        for expected, arrived in invariant.check(asked)
    ]


def checked_names(names: Iterable[str]) -> frozenset[str]:
    """Returns names of invariants, if all of them are.

    Args:
        names: The names.

    Raises:
        ScriptError: There is no such invariant.
    """
    unknown = sorted(set(names) - INVARIANTS.keys())
    if unknown:
        raise ScriptError(
            "the provider is to ignore an invariant that does not exist",
            expected=f"some of {', '.join(INVARIANTS)}",
            arrived=", ".join(map(repr, unknown)),
            cause="Is the name misspelt?",
            remedy="Use the names that the problems of kind 'invariant' give.",
        )
    return frozenset(names)
