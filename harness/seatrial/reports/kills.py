"""The kill matrix as Markdown: which variants prove each check, the score, and every verdict."""

from __future__ import annotations

from collections.abc import Sequence

from seatrial.conformance import KillMatrix, Verdict
from seatrial.reports.look import SYMBOLS
from seatrial.reports.markdown import block, code, plain, table

__all__ = ["kill_matrix_markdown"]

_KILLED = {Verdict.FAIL, Verdict.WARN}


def kill_matrix_markdown(matrix: KillMatrix) -> str:
    """Returns the proof that the checks can fail, as GitHub-flavoured Markdown.

    First each requirement with the variants that its check kills, then the score, then what is not
    as the proofs say or not proved, then every variant against every requirement, one character a
    cell.
    """
    lines = ["## What proves the checks", "", *_by_requirement(matrix), "", _score(matrix), ""]
    lines += _listed("Not as the proofs say", matrix.surprises)
    lines += _listed("Observations that no variant makes fail", matrix.unproved())
    if matrix.requirements and matrix.rows:
        lines += ["### Every variant against every requirement", "", *_full(matrix)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _listed(title: str, sentences: Sequence[str]) -> list[str]:
    if not sentences:
        return []
    return [f"### {title}", "", *(f"- {plain(sentence)}" for sentence in sentences), ""]


def _by_requirement(matrix: KillMatrix) -> list[str]:
    rows = []
    for number, name in enumerate(matrix.requirements, 1):
        killers = matrix.killers(name)
        proved = "✓ yes" if name in matrix.proved else "✗ **no**"
        named = ", ".join(map(code, killers)) or "nothing"
        rows.append([code(name), proved, named, str(len(killers)), str(number)])
    return table(["Requirement", "Proved", "Variants that it kills", "How many", "#"], rows, left=3)


def _score(matrix: KillMatrix) -> str:
    variants = [row for row in matrix.rows if row.variant]
    killed = [row for row in variants if _KILLED & set(row.verdicts.values())]
    proved, observations = matrix.observations
    return (
        f"**{len(matrix.proved)} of {len(matrix.requirements)} requirements and {proved} of"
        f" {observations} observations proved; {len(killed)} of {len(variants)} variants killed;"
        f" {len(matrix.surprises)} surprises.**"
    )


def _full(matrix: KillMatrix) -> list[str]:
    names = [row.variant or "(correct)" for row in matrix.rows]
    wide, cell = max(map(len, names)), len(str(len(matrix.requirements))) + 2
    numbers = range(1, len(matrix.requirements) + 1)
    lines = [" " * wide + "".join(f"{number:>{cell}}" for number in numbers)]
    used: set[Verdict] = set()
    for name, row in zip(names, matrix.rows, strict=True):
        cells = []
        for requirement in matrix.requirements:
            verdict = row.verdicts.get(requirement)
            if verdict is not None:
                used.add(verdict)
            odd = verdict is not row.expected.get(requirement)
            cells.append(f"{_symbol(verdict) + ('!' if odd else ' '):>{cell}}")
        lines.append(f"{name:<{wide}}{''.join(cells)}".rstrip())
    key = [f"{_symbol(verdict)} {verdict.value}" for verdict in SYMBOLS if verdict in used]
    return [*block("\n".join(lines)), "", f"{', '.join(key)}; ! is not as the proof says."]


def _symbol(verdict: Verdict | None) -> str:
    if verdict is None:
        return " "
    return "·" if verdict is Verdict.PASS else SYMBOLS[verdict]
