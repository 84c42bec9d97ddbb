"""Who is connected: the name and version that the client gave in the handshake."""

from __future__ import annotations

import os
from dataclasses import dataclass

from seatrial_reference import __version__
from seatrial_reference.errors import INVALID_REQUEST, RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.params import Params


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who is connected, as it said at `initialize`."""

    name: str
    version: str

    @property
    def user_agent(self) -> str:
        """The name that the server goes by on behalf of this client."""
        system = os.uname()
        return (
            f"{self.name}/{__version__} ({system.sysname} {system.release}; {system.machine}) "
            f"seatrial-reference ({self.name}; {self.version})"
        )

    @property
    def headers(self) -> dict[str, str]:
        """Who is asking, for the model provider."""
        return {"originator": self.name, "User-Agent": self.user_agent}


def read_client(params: Params) -> Client:
    """Read `clientInfo` of an `initialize`, which app-server and mcp spell alike.

    Raises:
        RequestError: It is not there, or cannot be sent to a provider as a header.
    """
    info = params.required_table("clientInfo")
    client = Client(name=info.required_text("name"), version=info.required_text("version"))
    if not (client.name + client.version).isprintable():
        raise RequestError(
            INVALID_REQUEST,
            f"Invalid clientInfo.name: {client.name!r}. Must be a valid HTTP header value.",
        )
    return client
