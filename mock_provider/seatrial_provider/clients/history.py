"""The requests of a client as it made them: which are attempts of the same, and what each got."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from seatrial_provider.faults.kinds.http_error import HttpError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial_provider.recorded import RecordedRequest

_RETRYABLE = frozenset({408, 409, 429})
"""The statuses below 500 that the SDKs of OpenAI retry."""


@dataclass(slots=True)
class Attempt:
    """One request, and what came of it.

    Attributes:
        request: The request.
    """

    request: RecordedRequest

    @property
    def is_whole(self) -> bool:
        """Whether the answer was sent whole, and nothing was wrong with it."""
        request = self.request
        sound = request.status is not None and request.status < 400
        return request.completed and sound and all(fault.legal for fault in request.faults)

    @property
    def is_left(self) -> bool:
        """Whether the client went away, or is still there, though nothing was wrong."""
        request = self.request
        sound = all(fault.legal for fault in request.faults)
        return sound and (request.client_gone or not request.settled)

    @property
    def is_final(self) -> bool:
        """Whether the answer says that the same request must not be made again."""
        status, said = self.request.status, self.header("x-should-retry")
        if said is not None:
            return said == "false"
        return status is not None and 400 <= status < 500 and status not in _RETRYABLE

    @property
    def failed(self) -> bool:
        """Whether the answer was an error, or did not come whole through no doing of the client."""
        return not self.is_whole and not self.is_left

    @property
    def wait(self) -> float | None:
        """When the client was told to come back, in seconds from the end of the answer."""
        for fault in self.request.faults:
            if isinstance(fault, HttpError):
                return fault.retry_after
        for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
            said = self.header(name)
            if said is not None and said.replace(".", "", 1).isdecimal():
                return float(said) / unit
        return None

    def header(self, name: str) -> str | None:
        """Returns a header of the answer.

        Args:
            name: The name, in lower case.
        """
        found = (value for key, value in self.request.response_headers if key.lower() == name)
        return next(found, None)

    def gap_to(self, later: Attempt) -> float:
        """Returns how long after the end of this one another was made, in seconds."""
        ended = self.request.settled_at
        return later.request.received_at - (self.request.received_at if ended is None else ended)


@dataclass(slots=True)
class Chain:
    """The attempts of one request, in order; there is at least one."""

    attempts: list[Attempt] = field(default_factory=list)

    def retries(self) -> Iterator[tuple[Attempt, Attempt]]:
        """Yields each retry with the attempt before it: the attempt, the retry."""
        return pairwise(self.attempts)


def chains(requests: Iterable[RecordedRequest]) -> list[Chain]:
    """Groups requests by what they are attempts of.

    A request is another attempt if the script says so, or if it repeats, to the byte, one that no
    reply was for and that failed.

    Args:
        requests: The model requests, in order of arrival.
    """
    found: dict[object, Chain] = {}
    for request in requests:
        key: object = request.index if request.retry_of is None else request.retry_of
        if request.reply_number is None:
            key = (request.path, request.body)
        found.setdefault(key, Chain()).attempts.append(Attempt(request))
    return list(found.values())
