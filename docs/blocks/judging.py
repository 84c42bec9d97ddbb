"""Blocks about verdicts, requirements, variants and divergences."""

from __future__ import annotations

from collections.abc import Callable

from blocks.writing import code, described, table, window
from seatrial.conformance import Blame, Requirement, Verdict
from seatrial_reference.variants import VARIANTS
from seatrial_suites import SUITES

VERDICTS = {
    Verdict.PASS: "The check looked at something, and all of it held.",
    Verdict.FAIL: "Something that MUST hold did not.",
    Verdict.WARN: "Only something that SHOULD hold did not.",
    Verdict.NOT_APPLICABLE: "The server does not claim this, or its release does not have it.",
    Verdict.UNTESTABLE: "What the check builds on was missing, or it saw nothing.",
    Verdict.EXPECTED_FAILURE: "It failed, and a known divergence or a baseline says so.",
    Verdict.STALE: "It passed, though it is listed as failing: the entry has to go.",
    Verdict.HARNESS_ERROR: "We or the machine are to blame, and the server is not judged by it.",
}
BLAME = {
    Blame.SERVER: "The server under test did something else than it must.",
    Blame.HARNESS: "Seatrial itself failed: an exception in a check, the peer or the provider.",
    Blame.SCENARIO: "The check arranged nothing that could be looked at.",
    Blame.ENVIRONMENT: "The machine: a program that cannot be run, a process that cannot be ended.",
}


def verdicts() -> str:
    """Returns the verdicts, what they mean, and what they make of a run."""
    return table(
        ["verdict", "meaning", "the run is"],
        [
            [f"**{verdict}**", words, "green" if verdict.is_green else "red"]
            for verdict, words in described(Verdict, VERDICTS)
        ],
    )


def blame() -> str:
    """Returns whose doing a verdict can be."""
    return table(
        ["blame", "when"], [[f"**{who}**", words] for who, words in described(Blame, BLAME)]
    )


def variants() -> str:
    """Returns the variants, their defect, and the requirements that each trips."""
    proofs = {name: proof for suite in SUITES for name, proof in suite.proofs.items()}
    rows = []
    for name, variant in VARIANTS.items():
        proof = proofs.get(name)
        trips = sorted(proof.meant) if proof else []
        short = [one.removeprefix("approvals.command.") for one in trips]
        rows.append([f"`{name}`", variant.defect, code(short) or "no proof yet"])
    return table(["variant", "defect", "trips `approvals.command.`…"], rows)


def requirements() -> str:
    """Returns the requirements that have a check."""
    return table(
        ["id", "level", "dialects", "what must hold"],
        [
            [f"`{row.id}`", row.level.value, code(row.dialects), row.statement]
            for row in _requirements()
            if not row.deferred
        ],
    )


def deferred() -> str:
    """Returns the requirements that nothing judges yet, by area."""
    by_area: dict[str, list[Requirement]] = {}
    for row in _requirements():
        if row.deferred:
            by_area.setdefault(row.area, []).append(row)
    return "\n".join(
        f"### {area}\n\n"
        + table(
            ["id", "dialects", "what must hold", "why there is no check yet"],
            [
                [
                    f"`{row.id}`",
                    code(row.dialects),
                    row.statement,
                    row.deferred.removeprefix("no check yet: "),
                ]
                for row in rows
            ],
        )
        for area, rows in sorted(by_area.items())
    )


def _requirements() -> list[Requirement]:
    return [row for suite in SUITES for row in suite.requirements.values()]


def divergences() -> str:
    """Returns the known failures of real servers."""
    return table(
        ["requirement", "server", "dialects", "releases", "what it does instead"],
        [
            [
                f"`{row.requirement}`",
                f"`{row.profile}`",
                (code(row.dialects) or "all") + (f" over {code(row.wires)}" if row.wires else ""),
                window(row.since, row.until) + (", in some runs" if row.sometimes else ""),
                row.reason,
            ]
            for suite in SUITES
            for row in suite.divergences
        ],
    )


BLOCKS: dict[str, Callable[[], str]] = {
    "blame": blame,
    "deferred": deferred,
    "divergences": divergences,
    "requirements": requirements,
    "variants": variants,
    "verdicts": verdicts,
}
