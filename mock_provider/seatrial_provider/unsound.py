"""The error of a body that is no sound request; a module of its own, for all that read bodies."""

from __future__ import annotations


class UnsoundBodyError(Exception):
    """The body is not a request of the API.

    Attributes:
        expected: What should have been there.
        arrived: What was there.
        param: The member of the body that is at fault, if one is.
        status: The HTTP status that says so.
    """

    def __init__(
        self, *, expected: str, arrived: str, param: str | None = None, status: int = 400
    ) -> None:
        super().__init__(f"expected {expected}, got {arrived}")
        self.expected = expected
        self.arrived = arrived
        self.param = param
        self.status = status
