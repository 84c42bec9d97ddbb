"""A journal for people and programs: the last messages, a sequence, and JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from seatrial.journal.record import Direction, Entry
from seatrial.journal.redact import Redactor
from seatrial.jsonrpc import Malformed, Notification, Request, Response

__all__ = ["Step", "sequence", "tail", "to_jsonl"]

_ARROWS = {Direction.CLIENT: "→", Direction.SERVER: "←", Direction.MODEL: "⇄", Direction.NOTE: "·"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of a sequence: who, what in a few words, and the whole message behind it."""

    seq: int
    at: float
    direction: str
    label: str
    detail: str


def label(entry: Entry, redactor: Redactor | None = None) -> str:
    """Returns the entry in a few words: its method, its id, and what tells it apart.

    It is redacted value by value: once spelled as JSON, a secret may be escaped and not be found.
    """
    message = entry.message
    redactor = redactor or Redactor()
    text, value = redactor.text, redactor.value
    if message is None:
        return text(entry.text)
    if isinstance(message, Malformed):
        return f"not a message ({message.reason})"
    if isinstance(message, Request):
        return f"{text(message.method)} #{_spelled(value(message.id))}"
    if isinstance(message, Notification):
        return text(message.method) + _tell_apart(value(message.params))
    answered = f"#{_spelled(value(message.id))}"
    if isinstance(message, Response):
        return f"answer to {answered}{_decision(value(message.result))}"
    return f"error to {answered}: {value(message.code)} {text(message.message)}"


def _spelled(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _tell_apart(params: Any) -> str:
    item = params.get("item") if isinstance(params, dict) else None
    if isinstance(item, dict):
        words = (item.get("type"), item.get("id"), item.get("status"))
        return " " + " ".join(str(word) for word in words if word)
    turn = params.get("turn") if isinstance(params, dict) else None
    if isinstance(turn, dict) and turn.get("status"):
        return f" {turn['status']}"
    return ""


def _decision(result: Any) -> str:
    if not isinstance(result, dict):
        return ""
    answer = result.get("decision", result.get("action"))
    return f": {_spelled(answer)}" if answer is not None else ""


def sequence(entries: Iterable[Entry], redactor: Redactor | None = None) -> list[Step]:
    """Returns the entries as steps, redacted, for a diagram or a table."""
    redactor = redactor or Redactor()
    return [
        Step(
            seq=entry.seq,
            at=entry.at,
            direction=entry.direction.value,
            label=label(entry, redactor),
            detail=json.dumps(redactor.value(entry.raw), ensure_ascii=False, indent=1)
            if entry.raw is not None
            else "",
        )
        for entry in entries
    ]


def tail(entries: list[Entry], count: int = 12, width: int = 160) -> str:
    """Returns the last entries, one a line, each cut to the width: for the end of an error."""
    shown = entries[-count:]
    lines = [f"  … {len(entries) - len(shown)} before"] if len(entries) > len(shown) else []
    for entry in shown:
        text = f"  {entry.at:7.3f} {_ARROWS[entry.direction]} {label(entry)}"
        lines.append(text if len(text) <= width else text[: width - 1] + "…")
    return "\n".join(lines) or "  (nothing was exchanged)"


def to_jsonl(entries: Iterable[Entry], redactor: Redactor | None = None) -> str:
    """Returns the entries as JSON lines: who sent it, when, and the message or the note."""
    redactor = redactor or Redactor()
    lines = []
    for entry in entries:
        row: dict[str, Any] = {"from": entry.direction.value, "at": round(entry.at, 6)}
        if entry.message is None:
            row["text"] = entry.text
        elif isinstance(entry.message, Malformed):
            row |= {"malformed": entry.message.reason, "line": entry.raw}
        else:
            row["message"] = entry.raw
        lines.append(json.dumps(redactor.value(row), ensure_ascii=False))
    return "".join(line + "\n" for line in lines)
