"""Reading a rollout: what the model is told of it again, and what the client is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from seatrial_reference.errors import INVALID_REQUEST, RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

COMPLETED, IN_PROGRESS, INTERRUPTED = "completed", "inProgress", "interrupted"
ABORTED = "aborted: the server ended before it was done"


@dataclass(slots=True, kw_only=True)
class PastTurn:
    """A turn that was recorded.

    Args:
        id: Its id; made up where the record has none.
        status: `completed`, `inProgress`, `interrupted` or `failed`.
        first_item: How many items the history held before it.
        last_line: The number of its last line, from 0.
        said: Who said what, in order: `user` or `agent`, and the text.
        context: The settings that it ran under, as recorded; None where they were not.
    """

    id: str
    status: str
    first_item: int
    last_line: int
    said: list[tuple[str, str]] = field(default_factory=list)
    context: dict[str, Any] | None = None


@dataclass(slots=True, kw_only=True)
class Record:
    """A rollout that was read.

    Args:
        path: Its file.
        meta: What its first line says of the thread.
        lines: Its lines, as far as they can be read.
        items: The history that the model is sent.
        turns: The turns, oldest first.
    """

    path: str
    meta: dict[str, Any]
    lines: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    turns: list[PastTurn] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The thread's id."""
        return str(self.meta["id"])

    @property
    def preview(self) -> str:
        """The first thing that the user said."""
        return next((text for turn in self.turns for who, text in turn.said if who == "user"), "")

    @property
    def context(self) -> dict[str, Any] | None:
        """The settings that the last turn ran under; None where no turn has recorded any."""
        return next((turn.context for turn in reversed(self.turns) if turn.context), None)

    def unanswered(self) -> list[dict[str, Any]]:
        """Give an output for each call that never got one."""
        answered = {item.get("call_id") for item in self.items if _is(item, "_call_output")}
        return [
            {"type": f"{item['type']}_output", "call_id": item.get("call_id"), "output": ABORTED}
            for item in self.items
            if _is(item, "_call") and item.get("call_id") not in answered
        ]


class RecordReader:
    """Reads rollouts of every shape whose lines have an envelope (Codex 0.34.0 to 0.130.0)."""

    def read(self, path: str) -> Record:
        """Read a whole rollout; a line that cannot be read, or is not known, is passed over.

        Raises:
            RequestError: There is no such file, or its first line does not say whose it is.
        """
        return self._read(path, whole=True)

    def head(self, path: str) -> Record:
        """Read a rollout as far as the first thing that the user said.

        Raises:
            RequestError: As with `read`.
        """
        return self._read(path, whole=False)

    def _read(self, path: str, *, whole: bool) -> Record:
        try:
            with open(path, "rb") as file:  # noqa: PTH123
                lines = self.lines(file.read())
                record = Record(path=path, meta=_meta(path, next(lines, None)))
                record.lines.append({})  # the first one's place
                for line in lines:
                    record.lines.append(line)
                    self.take(record, line["type"], line["payload"])
                    if not whole and record.turns and record.turns[-1].said:
                        break
        except OSError as error:
            raise RequestError(
                INVALID_REQUEST, f"failed to load rollout `{path}`: {error.strerror}"
            ) from None
        if record.turns and record.turns[-1].status == IN_PROGRESS:
            record.turns[-1].status = INTERRUPTED
        return record

    def lines(self, content: bytes) -> Iterator[dict[str, Any]]:
        """Give the lines that can be read."""
        for text in content.splitlines():
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict) and isinstance(line.get("payload"), dict):
                yield {"type": "", **line}

    def take(self, record: Record, kind: str, payload: dict[str, Any]) -> None:
        """Take in one line."""
        if kind == "response_item":
            self.item(record, payload)
        elif kind == "event_msg":
            self.event(record, str(payload.get("type")), payload)
        elif kind == "turn_context" and record.turns:
            record.turns[-1].context = payload
        if record.turns:
            record.turns[-1].last_line = len(record.lines) - 1

    def item(self, record: Record, item: dict[str, Any]) -> None:
        """Take in an item of the conversation."""
        record.items.append(item)
        if record.turns and item.get("type") == "message" and item.get("role") == "assistant":
            texts = (str(part.get("text", "")) for part in item.get("content") or ())
            record.turns[-1].said.append(("agent", "".join(texts)))

    def event(self, record: Record, kind: str, payload: dict[str, Any]) -> None:
        """Take in an event: turns begin and end, the user says something, turns are dropped."""
        turn = record.turns[-1] if record.turns else None
        if kind == "task_started":
            self._begin(record, str(payload.get("turn_id")), IN_PROGRESS, len(record.items))
        elif kind == "user_message":
            if turn is None or turn.said:
                # an older shape: the turn began with this message, which is an item already
                name = f"turn-{len(record.turns) + 1}"
                turn = self._begin(record, name, COMPLETED, max(0, len(record.items) - 1))
            turn.said.append(("user", str(payload.get("message", ""))))
        elif kind == "task_complete" and turn is not None:
            turn.status = COMPLETED
        elif kind == "turn_aborted" and turn is not None:
            turn.status = "failed" if payload.get("reason") == "failed" else INTERRUPTED
        elif kind == "thread_rolled_back":
            self.roll_back(record, payload.get("num_turns"))

    def roll_back(self, record: Record, turns: Any) -> None:
        """Drop the last turns, and what they added to the history."""
        if type(turns) is int and 0 < turns <= len(record.turns):
            del record.items[record.turns[-turns].first_item :]
            del record.turns[-turns:]

    def _begin(self, record: Record, name: str, status: str, first_item: int) -> PastTurn:
        if record.turns and record.turns[-1].status == IN_PROGRESS:
            record.turns[-1].status = INTERRUPTED
        turn = PastTurn(id=name, status=status, first_item=first_item, last_line=0)
        record.turns.append(turn)
        return turn


def _meta(path: str, first: dict[str, Any] | None) -> dict[str, Any]:
    if first is None:
        why = "it is empty"
    elif first["type"] != "session_meta" or not isinstance(first["payload"].get("id"), str):
        why = "its first line does not say whose it is"
    else:
        meta: dict[str, Any] = first["payload"]
        return meta
    raise RequestError(INVALID_REQUEST, f"failed to load rollout `{path}`: {why}")


def _is(item: dict[str, Any], ending: str) -> bool:
    return str(item.get("type")).endswith(ending)
