"""One check's result as plain text: what ends an investigation, for a log or a failed test."""

from __future__ import annotations

from seatrial.conformance import CheckResult, Observation, TranscriptStep
from seatrial.reports.look import broken_names
from seatrial.reports.safe import cut, visible

__all__ = ["finding_text"]

_LONGEST = 20_000
_LAST = 12
_WIDEST = 160
_ARROWS = {"client": "→", "server": "←", "model": "⇄"}


def finding_text(result: CheckResult) -> str:
    """Returns what came of a check: what was required, what did not hold, how to run it again.

    Where the verdict is not green, the last messages and the last of stderr are there too. Control
    characters are shown as escapes, so that the text is fit for a terminal.
    """
    blame = f" (blame: {result.blame.value})" if result.blame else ""
    lines = [
        f"{result.verdict.value}: {result.requirement} in {result.where}{blame}",
        f"{result.level.value}: {result.statement}",
    ]
    if result.reason and result.reason != broken_names(result):
        lines.append(cut(result.reason, _LONGEST))
    if result.divergence:
        lines.append(f"known: {result.divergence}")
    for seen in result.observations:
        if not seen.held:
            lines += _broken(seen)
    if not result.verdict.is_green:
        lines += _last_messages(result.steps)
        if result.stderr:
            lines += ["", "the last of stderr:", _indented(result.stderr)]
    lines.append("")
    named = {"source": result.source, "transcript": result.transcript, "again": result.rerun}
    lines += [f"{name}: {value}" for name, value in named.items() if value]
    return visible("\n".join(lines))


def _broken(seen: Observation) -> list[str]:
    lines = [
        "",
        f"did not hold ({seen.level.value}): {seen.subject}",
        f"  expected: {cut(seen.expected, _LONGEST)}",
        f"  arrived:  {cut(seen.arrived, _LONGEST)}",
    ]
    if seen.cause:
        lines.append(f"  cause:    {seen.cause}")
    return [*lines, _indented(cut(seen.evidence, _LONGEST))] if seen.evidence else lines


def _last_messages(steps: tuple[TranscriptStep, ...]) -> list[str]:
    if not steps:
        return []
    before = len(steps) - _LAST
    lines = ["", "the last messages:", *([f"  … {before} before"] if before > 0 else [])]
    for step in steps[-_LAST:]:
        line = f"  {step.at:7.3f} {_ARROWS.get(step.direction, '·')} {step.label}"
        lines.append(line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…")
    return lines


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
