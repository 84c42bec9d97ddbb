"""The ways in which a rollout can be damaged, as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["DAMAGES", "Damage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One way to damage a rollout.

    Attributes:
        what: What is wrong with it, in a few words.
        spoil: Makes the damaged bytes of the sound ones.
        readable: Whether every line but the damaged one can still be read.
    """

    what: str
    spoil: Callable[[bytes], bytes]
    readable: bool = True


UNKNOWN = (
    b'{"timestamp":"2025-06-01T12:00:00.000Z","type":"from_a_later_release","payload":{"more":1}}\n'
)


def _after_first(sound: bytes, inserted: bytes) -> bytes:
    first, end, rest = sound.partition(b"\n")
    return first + end + inserted + rest


DAMAGES: Mapping[str, Damage] = {
    "cut": Damage(
        what="its last line is cut in the middle, as by a crash",
        spoil=lambda sound: sound[: (sound.rstrip(b"\n").rfind(b"\n") + len(sound)) // 2],
    ),
    "garbage": Damage(
        what="a line in its middle is no JSON",
        spoil=lambda sound: _after_first(sound, b'\x00\xff{"half": \n'),
    ),
    "unknown": Damage(
        what="a line in its middle is of a type that nobody knows yet",
        spoil=lambda sound: _after_first(sound, UNKNOWN),
    ),
    "blank": Damage(
        what="there are empty lines in its middle",
        spoil=lambda sound: _after_first(sound, b"\n   \n"),
    ),
    "empty": Damage(what="it is empty", spoil=lambda _: b"", readable=False),
    "headless": Damage(
        what="its first line, which says whose it is, is missing",
        spoil=lambda sound: sound.partition(b"\n")[2],
        readable=False,
    ),
}
"""Each way by its name."""
