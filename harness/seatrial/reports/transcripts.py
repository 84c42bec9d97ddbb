"""Each check's transcript as a file of JSON lines, and its name in the check's result."""

from __future__ import annotations

import json
import re
from typing import Any

from seatrial.conformance import CheckResult, RunResult, TranscriptStep

__all__ = ["FOLDER", "is_transcript", "stem_of", "to_jsonl", "with_transcripts"]

FOLDER = "transcripts"
"""The folder of the transcripts, inside the report's."""

_LONGEST = 150
_OURS = re.compile(rf"{FOLDER}/[A-Za-z0-9_][A-Za-z0-9_.-]*\.jsonl")


def is_transcript(path: str) -> bool:
    """Whether the path is one that this module could have given; no other is followed."""
    return _OURS.fullmatch(path) is not None


def to_jsonl(steps: tuple[TranscriptStep, ...]) -> str:
    """Returns one JSON object a line for each step.

    Each has `seq`, `at` (seconds since the trial began), `from` (client, server, model or note) and
    `label`; then `message` (the JSON-RPC message), or `line` where what came was not a message.
    """
    return "".join(json.dumps(_row(step), ensure_ascii=False) + "\n" for step in steps)


def _row(step: TranscriptStep) -> dict[str, Any]:
    row: dict[str, Any] = {
        "seq": step.seq,
        "at": step.at,
        "from": step.direction,
        "label": step.label,
    }
    if not step.detail:
        return row
    try:
        message = json.loads(step.detail, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return row | {"line": step.detail}
    return row | ({"line": message} if isinstance(message, str) else {"message": message})


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def stem_of(check: CheckResult) -> str:
    """Returns the name of a check in a run: for a file, and for its place in a page."""
    name = f"{check.requirement}-{check.where.replace(', ', '-')}"
    stem = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
    return "_" + stem[1:_LONGEST] if stem[0] in ".-" else stem[:_LONGEST]


def with_transcripts(result: RunResult) -> tuple[RunResult, dict[str, str]]:
    """Returns the run with each check's transcript named, and the files' texts by those names.

    A name is `transcripts/<requirement>-<dialect>.jsonl`, with the wire too if it is an unusual
    one. A check without steps keeps the name that it has, if it is one of these, and gets no file.
    """
    files: dict[str, str] = {}
    results: list[CheckResult] = []
    for check in result.results:
        name = check.transcript if is_transcript(check.transcript) else ""
        if check.steps:
            name = _free_name(check, files)
            files[name] = to_jsonl(check.steps)
        results.append(check.model_copy(update={"transcript": name}))
    return result.model_copy(update={"results": tuple(results)}), files


def _free_name(check: CheckResult, taken: dict[str, str]) -> str:
    stem = stem_of(check)
    name, number = f"{FOLDER}/{stem}.jsonl", 1
    while name.casefold() in map(str.casefold, taken):
        number += 1
        name = f"{FOLDER}/{stem}-{number}.jsonl"
    return name
