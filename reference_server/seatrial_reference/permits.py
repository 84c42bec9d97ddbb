"""What the client lets commands and patches do besides what the sandbox allows, and how long."""

from __future__ import annotations

from dataclasses import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.settings import SandboxPolicy
    from seatrial_reference.wish import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What is asked for, or granted.

    Args:
        read: Paths that may be read; the sandbox allows reading everything already.
        write: Paths that may be written to, absolute.
        network: Whether the network may be used.
    """

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    network: bool = False

    def within(self, wider: Permissions) -> Permissions:
        """Give the part of it that the other ones have, too."""
        return Permissions(
            read=tuple(path for path in self.read if path in wider.read),
            write=tuple(path for path in self.write if path in wider.write),
            network=self.network and wider.network,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A grant: of a thread, and where `turn_id` is not None, for that turn only."""

    thread_id: str
    turn_id: str | None
    granted: Permissions


class Permits:
    """The grants of one connection."""

    def __init__(self) -> None:
        self._permits: list[Permit] = []

    def add(self, permit: Permit) -> None:
        """Note a grant."""
        self._permits.append(permit)

    def holds(self, permit: Permit, thread_id: str, turn_id: str) -> bool:
        """Tell whether a grant holds in a turn."""
        return permit.thread_id == thread_id and permit.turn_id in {None, turn_id}

    def widened(self, around: Surroundings) -> SandboxPolicy:
        """Give the sandbox of a turn, with what was granted besides."""
        sandbox = around.settings.sandbox
        for permit in self._permits:
            if self.holds(permit, around.thread_id, around.control.turn_id):
                sandbox = replace(
                    sandbox,
                    granted_roots=(*sandbox.granted_roots, *permit.granted.write),
                    network=sandbox.network or permit.granted.network,
                )
        return sandbox
