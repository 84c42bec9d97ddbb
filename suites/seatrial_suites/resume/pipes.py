"""A command that says when it has begun, and then waits until it is ended: half a command."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from seatrial.peer import DEFAULT_TIMEOUT, TimedOut, timeout_factor

__all__ = ["Pipe"]


class Pipe:
    """Two named pipes: by the one the command tells that it runs, on the other it waits.

    Args:
        path: Where they are made; the names get an ending each.
    """

    def __init__(self, path: Path) -> None:
        self._begins = path.with_suffix(".begins")
        self._holds = path.with_suffix(".holds")
        self._tally = path.with_suffix(".tally")
        os.mkfifo(self._begins)
        os.mkfifo(self._holds)
        self._open = [os.open(p, os.O_RDWR | os.O_NONBLOCK) for p in (self._begins, self._holds)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for fd in self._open:
            os.close(fd)

    @property
    def command(self) -> str:
        """The command, for a shell."""
        return (
            f"echo once >> {self._tally.name}; echo begun > {self._begins.name}; "
            f"cat {self._holds.name}"
        )

    async def begun(self) -> None:
        """Returns once the command runs.

        Raises:
            TimedOut: It did not begin within the usual bound.
        """
        loop = asyncio.get_running_loop()
        told: asyncio.Future[None] = loop.create_future()

        def readable() -> None:
            loop.remove_reader(self._open[0])
            told.set_result(None)

        loop.add_reader(self._open[0], readable)
        bound = DEFAULT_TIMEOUT * timeout_factor()
        try:
            await asyncio.wait_for(told, bound)
        except TimeoutError:
            raise TimedOut(
                f"waited {bound:g} s for the command to begin",
                expected="a command that runs, and says so through a pipe",
                arrived="nothing",
                cause="did the server not run it, or ask for an approval first?",
                remedy="look at the last messages in the transcript",
            ) from None
        finally:
            loop.remove_reader(self._open[0])

    def runs(self) -> int:
        """Returns how often the command began."""
        return len(self._tally.read_text().splitlines()) if self._tally.exists() else 0
