"""Remembers requests in which nothing was found wrong, so that the same bytes are judged once.

What is judged is a pure function of the headers and the body, but for a request that goes on from
what the provider keeps: such a request is judged every time.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial_provider.recorded import RecordedRequest

_REQUESTS = 64
_LARGEST = 16_384
"""The most bytes of a body that is remembered; a longer one is hardly ever sent again."""

_HISTORIES = frozenset({"previous_response_id", "conversation"})
"""The members of a request that refer to what the provider keeps; items refer to it too."""

_Key = tuple[str, bytes, tuple[tuple[str, str], ...]]


class SoundRequests:
    """The last requests that were found sound."""

    def __init__(self) -> None:
        self._known: OrderedDict[_Key, None] = OrderedDict()

    def __contains__(self, request: RecordedRequest) -> bool:
        return len(request.body) <= _LARGEST and _key(request) in self._known

    def add(self, request: RecordedRequest) -> None:
        """Remembers a request in which nothing was found wrong.

        Args:
            request: The request; one that goes on from what is kept is passed over.
        """
        refers = request.referenced or request.body_json().keys() & _HISTORIES
        if refers or len(request.body) > _LARGEST:
            return
        self._known[_key(request)] = None
        if len(self._known) > _REQUESTS:
            self._known.popitem(last=False)


def _key(request: RecordedRequest) -> _Key:
    return request.path, request.body, tuple(request.headers.items())
