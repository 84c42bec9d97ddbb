"""The tool server's journal: what it was told and what it did, as objects and as lines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from seatrial.errors import SeatrialError

__all__ = ["CannotWriteJournal", "NotRecorded", "Record", "ToolJournal"]


class CannotWriteJournal(SeatrialError):
    """The file of the journal cannot be written."""


class NotRecorded(SeatrialError):
    """Something did not reach the tool server."""

    by_server = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing that happened.

    Attributes:
        seq: Its place, from 1 on.
        event: What it was: `connected`, `listed` (the tools were asked for), `called`, `asked`,
            `answered`, `refused` (an error instead of an answer), `unusable` (an answer that has
            not the shape of one), `unasked` (the client cannot be asked), `waiting`, `cancelled`,
            `returned` or `disconnected`.
        call: The number of the call that it is about, from 1 on; 0 for none.
        tool: The tool that was called; empty for none.
        data: What was sent or received.
    """

    seq: int
    event: str
    call: int = 0
    tool: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class ToolJournal:
    """Records, in order; those who wait for one are woken.

    Args:
        file: Where each record is appended to as a line of JSON; nowhere without it.

    Raises:
        CannotWriteJournal: The file cannot be written.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.records: list[Record] = []
        self._file = file
        self._changed = asyncio.Event()
        if file is not None:
            try:
                file.write_bytes(b"")
            except OSError as error:
                raise CannotWriteJournal(
                    f"cannot write the journal {file}",
                    expected="a file that can be written, in a folder that exists",
                    arrived=str(error),
                    cause="does the folder exist, and may this user write there?",
                    remedy="name another file, or leave --journal out",
                ) from None

    def note(self, event: str, *, call: int = 0, tool: str = "", **data: Any) -> Record:
        """Adds a record."""
        record = Record(seq=len(self.records) + 1, event=event, call=call, tool=tool, data=data)
        self.records.append(record)
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(record), ensure_ascii=False) + "\n")
        self._changed.set()
        return record

    def of(self, event: str, tool: str = "") -> list[Record]:
        """Returns the records of one event, in order; of one tool, if one is named."""
        return [one for one in self.records if one.event == event and tool in ("", one.tool)]

    async def wait_for(
        self, match: Callable[[Record], bool], *, what: str, timeout: float = 20.0
    ) -> Record:
        """Returns the first record that matches, there already or to come.

        Args:
            match: Says of a record whether it is the one.
            what: What is waited for, for the error.
            timeout: The bound in seconds.

        Raises:
            NotRecorded: It did not come within the bound.
        """
        try:
            async with asyncio.timeout(timeout):
                while True:
                    if found := next(filter(match, self.records), None):
                        return found
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            events = ", ".join(f"{one.event} {one.tool}".strip() for one in self.records[-8:])
            raise NotRecorded(
                f"the tool server waited {timeout:g} s for {what}",
                expected=what,
                arrived=f"the last records: {events or 'none'}",
                cause="does the server under test start its tool servers, and pass messages on?",
                remedy="look at the server's stderr and at the whole journal of the tool server",
            ) from None
