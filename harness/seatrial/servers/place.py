"""What a server that listens is told about where and for whom, and what it may leave there."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.errors import SeatrialError
from seatrial.home import Home
from seatrial.profiles import Transport

__all__ = ["PathTooLong", "Place"]

LONGEST = 103
"""Bytes of a Unix socket's path that every system takes (macOS: 104 with the end mark)."""


class PathTooLong(SeatrialError):
    """The path of a Unix socket that the system could not take."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one start of a server may listen; servers that share a home have places of their own.

    Attributes:
        root: The folder that the server's home is in.
        name: Tells it from other starts.
        token: The bearer token that its clients show.
    """

    root: Path
    name: str = field(default_factory=lambda: secrets.token_hex(3))
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @classmethod
    def beside(cls, home: Home) -> Place:
        """Returns the place beside a home: its path is shorter, and no agent looks there."""
        return cls(home.root)

    @property
    def socket(self) -> Path:
        """Where it may make a Unix socket."""
        return self.root / f"socket-{self.name}"

    @property
    def token_file(self) -> Path:
        """The file with the token."""
        return self.root / f"token-{self.name}"

    @property
    def values(self) -> dict[str, str]:
        """What the placeholders of a profile stand for."""
        return {"socket": str(self.socket), "token_file": str(self.token_file)}

    def fill(self, word: str) -> str:
        """Returns a word of a command line with the placeholders filled in, and no other change."""
        for name, value in self.values.items():
            word = word.replace(f"${{{name}}}", value)
        return word

    def prepare(self, carrier: Transport) -> None:
        """Makes what a transport needs before the server is started.

        Raises:
            PathTooLong: The path is too long for a socket.
        """
        if carrier.name == "websocket-token":
            self.token_file.write_text(self.token, "utf-8")
            self.token_file.chmod(0o600)
        size = len(os.fsencode(self.socket))
        if carrier.name == "unix" and size > LONGEST:
            raise PathTooLong(
                "the path of the socket is too long",
                expected=f"at most {LONGEST} bytes, as every system takes",
                arrived=f"{size} bytes: {self.socket}",
                cause="is the folder that homes are made in a deep one?",
                remedy="set SEATRIAL_HOMES to a folder with a shorter path",
            )

    def clear(self) -> None:
        """Removes the socket that a killed server left.

        Releases of Codex from 0.163.0 at the latest bind under /tmp, with a lock beside it, and
        leave a link where they were told to.
        """
        real = self.socket.resolve()
        if self.socket.is_symlink() and real.is_socket():
            real.unlink()
            real.with_name(f"{real.name}.lock").unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)
