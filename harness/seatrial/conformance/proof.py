"""The proof that the checks can fail: the kill matrix of variants against requirements."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, computed_field

from seatrial.conformance.result import CheckResult
from seatrial.conformance.runner import run_cases
from seatrial.conformance.selection import Case, cases
from seatrial.conformance.suite import Proof, Suite, topic
from seatrial.conformance.verdict import Verdict
from seatrial.servers import ServerUnderTest, resolve

__all__ = ["KillMatrix", "VariantRow", "near", "prove"]

_NOTHING = Proof(fails=frozenset())
_KILLED = {Verdict.FAIL, Verdict.WARN}


class VariantRow(BaseModel):
    """What one variant of the reference server tripped; `variant` is empty for the correct one.

    A case is called by its requirement, and by its dialect where the requirement has several.

    Attributes:
        expected: The verdict that the proof names, by case; `pass` where it names none.
        verdicts: The verdict that came, by case.
        reasons: Why, by case, where it is no pass.
        seen: What each check looked at, and whether it held, by case and subject.
        listed: Whether a proof is written down for this variant.
        meant: The requirements that its proof says it trips, of all suites.
    """

    model_config = ConfigDict(frozen=True)

    variant: str
    defect: str
    expected: dict[str, Verdict]
    verdicts: dict[str, Verdict]
    reasons: dict[str, str]
    seen: dict[str, dict[str, bool]]
    listed: bool
    meant: frozenset[str]

    @property
    def tripped(self) -> set[str]:
        """The requirements that did not pass."""
        return {name for name, verdict in self.verdicts.items() if verdict is not Verdict.PASS}

    @property
    def surprises(self) -> list[str]:
        """Returns, as sentences, where what came is not what the proof says."""
        who = f"the variant {self.variant}" if self.variant else "the correct server"
        found = [
            f"{who}: {name} came out {came.value!r}, not {self.expected[name].value!r}"
            for name, came in self.verdicts.items()
            if came is not self.expected[name]
        ]
        if not self.listed:
            found.append(f"{who} has no proof: nothing says what it must trip")
        elif self.variant and not self.meant:
            found.append(f"{who} is not meant to trip anything: it proves nothing")
        return found


class KillMatrix(BaseModel):
    """Every variant against every requirement that has a check, in every dialect."""

    model_config = ConfigDict(frozen=True)

    requirements: tuple[str, ...]
    rows: tuple[VariantRow, ...]

    def killers(self, requirement: str) -> list[str]:
        """Returns the variants whose failure proves that the requirement's check can fail."""
        return [
            row.variant
            for row in self.rows
            if row.variant and row.verdicts.get(requirement) in _KILLED
        ]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def proved(self) -> tuple[str, ...]:
        """The requirements that pass on the correct server and fail on a variant."""
        correct = next(row for row in self.rows if not row.variant)
        return tuple(
            name
            for name in self.requirements
            if correct.verdicts.get(name) is Verdict.PASS and self.killers(name)
        )

    def unproved(self) -> list[str]:
        """Returns, as sentences, the observations of the checks that no variant makes fail.

        A check is several observations, and one of them failing says nothing of the others.
        """
        return [
            f"{name}: no variant fails {subject!r}"
            for name, subjects in self._subjects().items()
            for subject, killed in subjects.items()
            if not killed
        ]

    def _subjects(self) -> dict[str, dict[str, bool]]:
        correct = next(row for row in self.rows if not row.variant)
        return {
            name: {
                subject: any(
                    not row.seen.get(name, {}).get(subject, True)
                    for row in self.rows
                    if row.variant
                )
                for subject in subjects
            }
            for name, subjects in correct.seen.items()
        }

    @property
    def observations(self) -> tuple[int, int]:
        """How many observations of the checks are proved, and how many there are."""
        killed = [killed for subjects in self._subjects().values() for killed in subjects.values()]
        return sum(killed), len(killed)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def surprises(self) -> tuple[str, ...]:
        """Everything that is not as the proofs say."""
        return tuple(sentence for row in self.rows for sentence in row.surprises)

    @property
    def exit_status(self) -> int:
        """0 if every check and every observation is proved and nothing surprised; 1 otherwise."""
        complete = self.requirements and len(self.proved) == len(self.requirements)
        return 0 if complete and not self.surprises and not self.unproved() else 1


def near(plan: Sequence[Case], proof: Proof) -> list[Case]:
    """Returns the cases that a variant is felt in first; all of them where its proof names nothing.

    They are those of the requirements that the proof names, in every dialect, and those of the
    other requirements of the same topics, in the first dialect of each.
    """
    topics = proof.topics
    if not topics:
        return list(plan)
    firsts = {case.requirement.id: case.dialect for case in reversed(plan)}
    return [
        case
        for case in plan
        if case.requirement.id in proof.named
        or (topic(case.requirement.id) in topics and case.dialect == firsts[case.requirement.id])
    ]


async def prove(
    suites: Sequence[Suite],
    variants: Mapping[str, str],
    *,
    only: Sequence[str] = (),
    across: bool = False,
    jobs: int | None = None,
    planned: Callable[[int], None] = lambda count: None,
    progress: Callable[[str, Case], None] = lambda variant, case: None,
) -> KillMatrix:
    """Runs every check against the correct reference server and against each variant.

    Args:
        suites: The suites whose checks are to be proved.
        variants: Each variant's defect in a sentence, by its name.
        only: Ids or patterns of requirements; all of them without any.
        across: Whether a variant is run on every check in every dialect, and not only where it is
            felt first; see `near`.
        jobs: How many checks run at once; one a processor without it.
        planned: Called once with the number of runs of a check.
        progress: Called as each run of a check has ended.
    """
    servers = {"": resolve("reference")} | {name: resolve(f"reference:{name}") for name in variants}
    proofs = {name: proof for suite in suites for name, proof in suite.proofs.items()}
    plan = {
        name: near(
            cases(suites, server, only=only), _NOTHING if across else proofs.get(name, _NOTHING)
        )
        for name, server in servers.items()
    }
    planned(sum(map(len, plan.values())))
    places = asyncio.Semaphore(jobs or os.cpu_count() or 1)

    async def judge_one(name: str, server: ServerUnderTest, case: Case) -> tuple[Case, CheckResult]:
        async with places:
            (result,) = await run_cases([case], server, jobs=1)
        progress(name, case)
        return case, result

    async def row(name: str, server: ServerUnderTest) -> VariantRow:
        ran = await asyncio.gather(*(judge_one(name, server, case) for case in plan[name]))
        proof = proofs.get(name, _NOTHING)
        return VariantRow(
            variant=name,
            defect=variants.get(name, ""),
            expected={
                case.label: proof.verdict(case.requirement.id, case.dialect) for case, _ in ran
            },
            verdicts={case.label: one.verdict for case, one in ran},
            reasons={case.label: one.reason for case, one in ran if one.reason},
            seen={
                case.label: {seen.subject: seen.held for seen in one.observations}
                for case, one in ran
            },
            listed=not name or name in proofs,
            meant=proof.meant,
        )

    rows = await asyncio.gather(*(row(name, server) for name, server in servers.items()))
    return KillMatrix(requirements=tuple(case.label for case in plan[""]), rows=tuple(rows))
