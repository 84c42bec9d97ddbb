"""The intent to ask for wider permissions, and what permissions are."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from seatrial_provider.intents.base import Call
from seatrial_provider.intents.conforming import unusable
from seatrial_provider.intents.values import Filled, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions(Value):
    """What the model may do beside what the sandbox allows.

    Attributes:
        read: Paths that may be read.
        write: Paths that may be written.
        network: Whether the network may be used.
    """

    read: Sequence[Filled] = ()
    write: Sequence[Filled] = ()
    network: bool = False

    def check(self) -> None:
        """Looks at whether there is any."""
        if not (self.read or self.write or self.network):
            raise unusable(
                "permissions",
                expected="a path to read or to write, or the network",
                arrived="none of them",
                cause="Was a list of paths empty when the script was built?",
                remedy="Name what is asked for.",
            )


@dataclass(frozen=True, slots=True)
class RequestPermissions(Call):
    """The model asks for permissions for the rest of the turn.

    Attributes:
        permissions: What it asks for.
        reason: Why it asks, in words meant for the user.
    """

    permissions: Permissions
    _: KW_ONLY
    reason: str | None = None
