"""Bytes with one filling in many holes, kept as what is around the holes until they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Form:
    """Bytes with holes.

    Args:
        around: What is before, between and after the holes; it is never changed.

    Attributes:
        around: As given.
        size: How many bytes that is.
    """

    __slots__ = ("around", "size")

    def __init__(self, around: list[bytes]) -> None:
        self.around = around
        self.size = sum(map(len, around))


class Filled:
    """A form with the same filling in each hole.

    Args:
        form: The form; many bytes that are much alike share it.
        filling: What stands in each hole.

    Attributes:
        form: As given.
        filling: As given.
    """

    __slots__ = ("filling", "form")

    def __init__(self, form: Form, filling: bytes) -> None:
        self.form = form
        self.filling = filling

    def __bytes__(self) -> bytes:
        return self.filling.join(self.form.around)

    def __len__(self) -> int:
        return self.form.size + len(self.filling) * (len(self.form.around) - 1)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Filled | bytes | memoryview):
            return NotImplemented
        return bytes(self) == bytes(other)

    __hash__ = None  # type: ignore[assignment]

    def parts(self, size: int) -> Iterator[bytes]:
        """Yields its bytes in parts, in order, and makes no more of them than the next part.

        Args:
            size: The bytes of a part, about: a part ends before a hole.
        """
        around = self.form.around
        count = max(1, len(around) * size // max(1, len(self)))
        yield self.filling.join(around[:count])
        for start in range(count, len(around), count):
            yield self.filling.join([b"", *around[start : start + count]])


Payload = bytes | memoryview | Filled
"""A piece of a body; `bytes(...)` of it are its bytes."""
