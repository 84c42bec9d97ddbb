"""The intent to answer again what was recorded once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seatrial_provider.intents.base import Intent
from seatrial_provider.intents.conforming import unusable
from seatrial_provider.intents.values import Value


@dataclass(frozen=True, slots=True)
class Piece(Value):
    """A piece of a recorded body.

    Attributes:
        text: Its text, such as one event of a stream with the blank line after it.
        after: The seconds that passed since the piece before it, or since the headers.
    """

    text: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Replay(Intent):
    """The whole answer is one that was recorded: its status, its headers and its body.

    Nothing in it follows from the request, so it stands alone in its reply, whatever API was
    recorded.

    Attributes:
        pieces: The body, piece by piece.
        status: The HTTP status.
        headers: The headers of the response, without those of the framing.
    """

    pieces: tuple[Piece, ...]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Looks at whether it can be sent."""
        waits = [piece.after for piece in self.pieces if not 0 <= piece.after < float("inf")]
        if not 200 <= self.status <= 599 or waits:
            raise unusable(
                "answer of replay(...)",
                expected="a status from 200 to 599, and no wait below 0 seconds",
                arrived=f"status {self.status}, waits {waits or 'sound'}",
                cause="Was the recording changed by hand?",
                remedy="Correct it, or record the answer again.",
            )
