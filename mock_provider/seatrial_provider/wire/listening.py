"""What listens for the length of a block, and has an address from its start on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from seatrial_provider.errors import ProviderStateError

if TYPE_CHECKING:
    from types import TracebackType

    from seatrial_provider.wire.server import HttpServer


class Listening:
    """Something with an HTTP server of its own.

        async with Something() as something:
            ...  # it serves

    Args:
        server: The server.
        host: The address that it listens on.

    Attributes:
        what: What it is, for errors.
    """

    what: ClassVar[str]

    def __init__(self, server: HttpServer, host: str) -> None:
        self._server = server
        self._host = host
        self._port: int | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Starts to serve.

        Raises:
            ProviderStateError: It was started before.
        """
        if self._port is not None:
            raise ProviderStateError(
                f"the {self.what} was started twice",
                expected="one start",
                arrived="another one",
                cause="Was start() called inside `async with`, which starts it too?",
                remedy="Make a new one for another start.",
            )
        self._port = await self._server.start()

    async def close(self) -> None:
        """Stops serving; whatever is held at a gate is cut off, every socket is closed."""
        await self._server.close()

    @property
    def origin(self) -> str:
        """Where it serves, such as `http://127.0.0.1:40123`.

        Raises:
            ProviderStateError: It was not started yet.
        """
        if self._port is None:
            raise ProviderStateError(
                f"the {self.what} has no address yet",
                expected="an address that is asked for after the start",
                arrived="one that is asked for before",
                cause="Is the `async with` missing?",
                remedy="Use it as `async with … as …:`, or await start() first.",
            )
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"
