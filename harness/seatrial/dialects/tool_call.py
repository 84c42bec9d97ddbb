"""One call of a tool in the Model Context Protocol: its answers, and its cancellation."""

from __future__ import annotations

from typing import Any

from seatrial.journal import Cursor, Entry
from seatrial.jsonrpc import ErrorResponse, Response, id_key
from seatrial.peer import Peer

__all__ = ["ToolCall"]


class ToolCall:
    """A call that was sent.

    Args:
        peer: Our end of the connection.
        since: Where to begin to look for its answers.
        call_id: The id of our request.

    Attributes:
        id: The id of our request.
        since: Where it begins in the journal.
    """

    def __init__(self, peer: Peer, since: Cursor, call_id: Any) -> None:
        self.id = call_id
        self._peer = peer
        self.since = since

    @classmethod
    def begin(cls, peer: Peer, tool: str, arguments: dict[str, Any]) -> ToolCall:
        """Sends a call, and does not wait for its answer."""
        since = peer.journal.end()
        peer.begin("tools/call", {"name": tool, "arguments": arguments})
        sent = next(one for one in peer.journal.since(since) if one.is_request("tools/call"))
        return cls(peer, since, sent.raw["id"])

    def answer_in(self, entry: Entry) -> Response | ErrorResponse | None:
        """Returns the answer to this call in an entry of the journal; None if it is none."""
        message = entry.message
        if not isinstance(message, Response | ErrorResponse):
            return None
        return message if id_key(message.id) == id_key(self.id) else None

    def answers(self) -> list[Response | ErrorResponse]:
        """Returns every answer to this call so far; a sound server gives one."""
        found = map(self.answer_in, self._peer.journal.from_server(self.since))
        return [one for one in found if one is not None]

    async def answered(self, *, timeout: float | None = None) -> Response | ErrorResponse:
        """Returns the answer to the call, which alone ends it for a client of the protocol.

        Raises:
            TimedOut: None came within the bound.
            PeerGone: The server closed or died first.
        """
        what = "the answer to the call of the tool"
        return await self._peer.wait_for(what, self.answer_in, since=self.since, timeout=timeout)

    def cancel(self) -> None:
        """Sends `notifications/cancelled` for the call."""
        self._peer.notify("notifications/cancelled", {"requestId": self.id})
