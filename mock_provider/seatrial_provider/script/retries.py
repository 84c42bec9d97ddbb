"""Retries: the same request again, when its answer did not arrive, gets the same answer again."""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script.use import Use

RETRY_COUNT = "x-stainless-retry-count"
"""The header in which the SDKs of OpenAI say how often they sent a request before."""

KEPT = 1_000
"""How many answers that did arrive are kept for retries that say what they are."""

Key = tuple[str, int]


class Retries:
    """Knows which answers did not arrive.

    A request is a retry if an earlier one is the same, and

    - it says so in the header of OpenAI's SDKs, which send the same bytes again, or
    - the answer to the earlier one was an error, was spoilt by a fault, or was not sent whole. Then
      the order of the members of an object does not count: Codex 0.163.0 changes it.

    Each answer that did not arrive is given again once; then it is that retry's answer.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[Key, Use]] = {}
        self._lost: dict[Key, deque[Use]] = {}
        self._arrived: OrderedDict[Key, Use] = OrderedDict()

    def find(self, request: RecordedRequest) -> Use | None:
        """Finds the answer that a request is the retry of.

        Args:
            request: A request that takes an answer.

        Returns:
            What the earlier request took; None for a request that is no retry.
        """
        if self._lost:
            content = _content(request)
            lost = self._lost.get(content)
            if lost:
                use = lost.popleft()
                if not lost:
                    del self._lost[content]
                return use
        if (request.header(RETRY_COUNT) or "0") == "0":
            return None
        key = _bytes(request)
        for place, (waiting, use) in self._waiting.items():
            if waiting == key:
                del self._waiting[place]
                return use
        return self._arrived.get(key)

    def taken(self, request: RecordedRequest, use: Use) -> None:
        """Notes that a request is being answered.

        Args:
            request: The request.
            use: What it took.
        """
        self._waiting[id(request)] = (_bytes(request), use)

    def settled(self, request: RecordedRequest) -> Use | None:
        """Notes that nothing more will be sent to a request.

        Args:
            request: A request, whether it took an answer or not.

        Returns:
            What it took; None if it took nothing, or if a retry has it already.
        """
        key, use = self._waiting.pop(id(request), (None, None))
        if key is None or use is None:
            return None
        if _has_arrived(request):
            self._arrived[key] = use
            self._arrived.move_to_end(key)
            if len(self._arrived) > KEPT:
                self._arrived.popitem(last=False)
        else:
            self._lost.setdefault(_content(request), deque()).append(use)
        return use


def _has_arrived(request: RecordedRequest) -> bool:
    sound = request.status is not None and request.status < 400
    return request.completed and sound and all(fault.legal for fault in request.faults)


def _bytes(request: RecordedRequest) -> Key:
    return request.path, hash(request.body)


def _content(request: RecordedRequest) -> Key:
    return request.path, hash(json.dumps(request.body_json(), sort_keys=True))
