"""`seatrial serve tools`: the tool server alone, over stdio or HTTP, for any client."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import click

from seatrial.errors import SeatrialError
from seatrial.toolserver.journal import ToolJournal

__all__ = ["CannotListen", "tools"]


class CannotListen(SeatrialError):
    """The port cannot be listened on."""


@click.command()
@click.option("--http", is_flag=True, help="Serve streamable HTTP on loopback instead of stdio.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="a free one",
    help="The port for --http.",
)
@click.option(
    "--journal",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what is received and done to this file, a line of JSON each.",
)
def tools(http: bool, port: int, journal: Path | None) -> None:
    """Serve MCP tools that ask, wait, fail and report progress.

    Over stdio it ends when its standard input does. Over HTTP its address is the first line that
    it prints.
    """
    asyncio.run(_http(port, journal) if http else _stdio(journal))


async def _stdio(file: Path | None) -> None:
    from mcp.server.stdio import stdio_server

    from seatrial.toolserver.acts import Acts, Gates
    from seatrial.toolserver.service import service

    server = service(Acts(ToolJournal(file), Gates()))
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


async def _http(port: int, file: Path | None) -> None:
    import uvicorn

    from seatrial.toolserver.acts import Acts, Gates
    from seatrial.toolserver.service import service

    app = service(Acts(ToolJournal(file), Gates())).streamable_http_app()
    with _listening(port) as listening:
        click.echo(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp")
        quiet = uvicorn.Config(app, log_level="error", access_log=False)
        await uvicorn.Server(quiet).serve(sockets=[listening])


def _listening(port: int) -> socket.socket:
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen()  # who reads the address may connect at once
    except OSError as error:
        listening.close()
        raise CannotListen(
            f"cannot listen on port {port}",
            expected="a port that is free, and that this user may use",
            arrived=str(error),
            cause="does another program listen there?",
            remedy="name another port, or leave --port out for a free one",
        ) from None
    return listening
