"""A response that is kept: how far it is by now, and what it stands for in a conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

from seatrial_provider.state.items import as_kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest


@dataclass(kw_only=True)
class KeptResponse:
    """A response that was answered, or is being answered.

    Attributes:
        id: The response's id.
        request: The request that it answers; its record says how far the answer came.
        build: Builds all events of the response; called when they are asked for.
        background: Whether it runs in the background, so that it goes on without its client.
        streamed: Whether it is answered with a stream.
        stored: Whether it can be asked for. One that is not can only be gone on from by the next
            message of the same WebSocket.
    """

    id: str
    request: RecordedRequest
    build: Callable[[], list[JsonObject]]
    background: bool = False
    streamed: bool = False
    stored: bool = True
    _looks: int = field(default=0, init=False)
    _cancelled: bool = field(default=False, init=False)

    @cached_property
    def events(self) -> list[JsonObject]:
        """All events of the response, of which some may still have to come."""
        return self.build()

    def can_precede(self, request: RecordedRequest) -> bool:
        """Tells whether a request may go on from this response.

        Args:
            request: The request that names it.
        """
        return self.stored or (request.is_message and request.connection == self.request.connection)

    @property
    def is_lost(self) -> bool:
        """Whether it ended without a response: the client left, or it ends with a bare error."""
        request = self.request
        left = request.settled and not request.completed and not self.background
        spoilt = request.status is not None and request.status >= HTTPStatus.BAD_REQUEST
        return left or spoilt or (self.is_over and "response" not in self.events[-1])

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        if self._cancelled or not self.background:
            return self._cancelled or self.request.completed
        gates = self.request.reply.gates.values() if self.request.reply is not None else ()
        begun = self.request.settled if self.streamed else self._looks > 1
        return begun and all(gate.is_released for gate in gates)

    def look(self) -> JsonObject:
        """Returns the response object as a client gets it that looks again.

        What runs in the background without a stream goes on with each look: it is queued when it
        is created, in progress at the first look, and over at the next, once its gates are open.
        """
        self._looks += 1
        if self.background and not self.streamed and self.request.reply is not None:
            for gate in self.request.reply.gates.values():
                gate.mark_reached()
        return self.now()

    def now(self) -> JsonObject:
        """Returns the response object as it is."""
        if self._cancelled:
            return {**self._started(), "status": "cancelled"}
        if self.is_over:
            response: JsonObject = self.events[-1]["response"]
            return response
        waits = self.background and not self.streamed and self._looks == 0
        return {**self._started(), "status": "queued" if waits else "in_progress"}

    def cancel(self) -> JsonObject:
        """Ends what runs in the background; what is over stays as it is.

        Returns:
            The response object after that.
        """
        self._cancelled = self._cancelled or not self.is_over
        return self.now()

    @cached_property
    def own_input(self) -> list[JsonObject]:
        """The items of its request as the API gives them back."""
        given = self.request.input[len(self.request.earlier) :]
        return as_kept(given, self.id.removeprefix("resp_"))

    def context(self) -> list[JsonObject]:
        """Returns everything that the model saw: the conversation before, and the request."""
        return [*self.request.earlier, *self.own_input]

    def output(self) -> list[JsonObject]:
        """Returns the items of its output; none as long as it is not over."""
        return as_kept(self.now()["output"], self.id.removeprefix("resp_"))

    def _started(self) -> JsonObject:
        response: JsonObject = self.events[0]["response"]
        return response
