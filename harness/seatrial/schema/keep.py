"""Schemas that are kept: in this process by command line, in the user's cache by program."""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from seatrial.profiles import Schema
from seatrial.releases import cache_folder
from seatrial.schema.bundle import BadSchema, Bundle
from seatrial.schema.load import load_schema

__all__ = ["Shelf"]

SCRIPT = b"#!"
_here: dict[tuple[str, ...], Bundle] = {}


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the schema that a command line writes is kept.

    It is on disk only where the program is one file, whose size and time tell whether it is still
    the same: what an interpreter runs may change without a sign.

    Args:
        program: The server's program.
        arguments: What it is started with to write its schema.
    """

    program: tuple[str, ...]
    arguments: tuple[str, ...]

    @property
    def command(self) -> tuple[str, ...]:
        """The whole command line."""
        return (*self.program, *self.arguments)

    def find(self, said: Schema | None, *, title: str) -> Bundle | None:
        """Returns the schema that is kept, if one is.

        Args:
            said: What the server's profile says about its schema.
            title: Whose it is.
        """
        if self.command in _here:
            return _here[self.command]
        file = self._file()
        if file is None or not file.is_file():
            return None
        try:
            _here[self.command] = load_schema(file, said, title=title)
        except BadSchema:  # damaged: it is written again
            return None
        return _here[self.command]

    def keep(self, bundle: Bundle, written: Path) -> None:
        """Keeps a schema.

        Args:
            bundle: The schema.
            written: The file that it was read from.
        """
        _here[self.command] = bundle
        file = self._file()
        if file is None:
            return
        with contextlib.suppress(OSError):  # no room: it is written again the next time
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as copy:
                copy.write(written.read_bytes())
            Path(copy.name).replace(file)

    def _file(self) -> Path | None:
        """Returns where on disk it is kept; None if the program cannot be told from others."""
        program = Path(self.program[0])
        try:
            with program.open("rb") as opened:
                script = opened.read(len(SCRIPT)) == SCRIPT
            state = program.stat()
        except OSError:
            return None
        if script or len(self.program) > 1:
            return None
        words = (str(program.resolve()), state.st_size, state.st_mtime_ns, *self.arguments)
        name = hashlib.sha256(json.dumps(words).encode()).hexdigest()[:32]
        return cache_folder() / "schemas" / f"{name}.json"
