"""Verdicts on the client: what it did when its provider failed, rule by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.clients import cut_streams, retrying
from seatrial_provider.clients.base import (
    ClientVerdict,
    Level,
    Policy,
    Rule,
    Run,
    as_problem,
    verdict,
)
from seatrial_provider.clients.history import chains
from seatrial_provider.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seatrial_provider.recorded import RecordedRequest

__all__ = ["RULES", "ClientVerdict", "Level", "Policy", "Rule", "as_problem", "judge"]

RULES: Mapping[str, Rule] = {
    rule.name: rule for module in (retrying, cut_streams) for rule in module.RULES
}
"""Every rule for clients by its name."""


def judge(
    requests: Iterable[RecordedRequest],
    *,
    policy: Policy | None = None,
    ignore: Iterable[str] = (),
) -> list[ClientVerdict]:
    """Judges what a client did.

    Args:
        requests: Its model requests, in order of arrival; `index` is the place of each.
        policy: Where the lines are drawn; None for the usual ones.
        ignore: The names of the rules to leave out.

    Returns:
        A verdict for each place where it breaks a rule; empty if it did well.

    Raises:
        ScriptError: `ignore` names a rule that does not exist.
    """
    left_out = frozenset(ignore)
    if unknown := sorted(left_out - RULES.keys()):
        raise ScriptError(
            "the client is to be judged without a rule that does not exist",
            expected=f"some of {', '.join(RULES)}",
            arrived=", ".join(map(repr, unknown)),
            cause="Is the name misspelt?",
            remedy="Use the names that the verdicts give.",
        )
    listed = list(requests)
    run = Run(requests=listed, chains=chains(listed), policy=policy or Policy())
    return [
        verdict(rule, found)
        for name, rule in RULES.items()
        if name not in left_out
        for found in rule.check(run)
    ]
