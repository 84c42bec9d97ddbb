"""The recorded requests as a sequence, with the questions that a test asks of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from seatrial_provider.errors import CallOutputError, UnexpectedRequestsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial_provider.journal.store import Store
    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script import Reply

_SHOWN = 10


class Requests(Sequence["RecordedRequest"]):
    """Requests in order of arrival; those that arrive later are not added.

    A request that the journal put into its file is read when it is asked for. It equals the one
    that was put there, but for what was secret in it. Its `reply` is None if that was computed, and
    nobody else holds it any more.

    Args:
        store: Where they are.
        numbers: Which of them.
    """

    def __init__(self, store: Store, numbers: Sequence[int]) -> None:
        self._store = store
        self._numbers = numbers
        self._count = len(numbers)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> RecordedRequest: ...
    @overload
    def __getitem__(self, place: slice) -> list[RecordedRequest]: ...
    def __getitem__(self, place: int | slice) -> RecordedRequest | list[RecordedRequest]:
        found = range(self._count)[place]
        if isinstance(found, range):
            return [self._store.get(self._numbers[each]) for each in found]
        return self._store.get(self._numbers[found])

    def __iter__(self) -> Iterator[RecordedRequest]:
        return (self._store.get(self._numbers[place]) for place in range(self._count))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Requests | list | tuple):
            return NotImplemented
        return len(self) == len(other) and all(map(_equal, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self[:_SHOWN]))
        return f"[{shown}{', ...' if self._count > _SHOWN else ''}]"

    def single_request(self) -> RecordedRequest:
        """Returns the only request.

        Raises:
            UnexpectedRequestsError: There is none, or there are several.
        """
        if self._count == 1:
            return self[0]
        raise self._unexpected("exactly one request")

    def last_request(self) -> RecordedRequest:
        """Returns the last request.

        Raises:
            UnexpectedRequestsError: There is none.
        """
        if self._count:
            return self[-1]
        raise self._unexpected("at least one request")

    def matching(self, predicate: Callable[[RecordedRequest], bool]) -> list[RecordedRequest]:
        """Returns the requests for which a predicate holds.

        Args:
            predicate: Such as `lambda request: request.header("x-turn") == "2"`.
        """
        return [request for request in self if predicate(request)]

    def for_reply(self, reply: Reply) -> list[RecordedRequest]:
        """Returns the requests that were answered by one reply of the script.

        Args:
            reply: What `reply(...)` returned.
        """
        return [request for request in self if request.reply is reply]

    def saw_function_call(self, call_id: str) -> bool:
        """Tells whether a request holds a call, by its id.

        Args:
            call_id: The id of the call.
        """
        return any(request.has_function_call(call_id) for request in self)

    def function_call_output(self, call_id: str) -> JsonObject:
        """Returns the output of a call from the first request that holds it.

        Args:
            call_id: The id of the call.

        Raises:
            CallOutputError: No request holds an output for the call, or one holds several.
        """
        for request in self:
            if call_id in request.output_call_ids():
                return request.function_call_output(call_id)
        known = sorted({each for request in self for each in request.output_call_ids()})
        raise CallOutputError(
            f"no request holds an output for call {call_id!r}",
            expected=f"a request with an output for call {call_id!r}",
            arrived=f"{self._count} requests, with outputs for: {', '.join(known) or 'none'}",
            cause="Is the call still running, or held at an approval, or did it go to another "
            "provider?",
            remedy="Wait for the request that follows the call: "
            "await provider.wait_for_requests(...).",
        )

    def function_call_output_text(self, call_id: str) -> str:
        """Returns the text of the output of a call from the first request that holds it.

        Args:
            call_id: The id of the call.

        Raises:
            CallOutputError: No request holds an output for the call, or one holds several.
        """
        self.function_call_output(call_id)
        holder = next(request for request in self if call_id in request.output_call_ids())
        return holder.function_call_output_text(call_id)

    def _unexpected(self, expected: str) -> UnexpectedRequestsError:
        return UnexpectedRequestsError(
            f"expected {expected}, {self._count} arrived",
            expected=expected,
            arrived=repr(self),
            cause="Did the server under test ask more or less often than the test thinks, or is "
            "it still busy?",
            remedy="Wait with provider.wait_for_requests(count), and look at "
            ".last_user_text() of each request.",
        )


def _equal(mine: RecordedRequest, other: object) -> bool:
    return mine is other or mine == other
