"""Has a server write the schema of its own messages, in a home of its own and without network."""

from __future__ import annotations

import asyncio
from pathlib import Path

from seatrial.errors import SeatrialError
from seatrial.home import home
from seatrial.leaks import RUN
from seatrial.peer import timeout_factor
from seatrial.process import Command, environment, spawn
from seatrial.schema.bundle import Bundle
from seatrial.schema.keep import Shelf
from seatrial.schema.load import load_schema, whole_file
from seatrial.servers import ServerUnderTest
from seatrial.servers.place import Place

__all__ = ["WritesNoSchema", "schema_of"]

BOUND = 60.0
"""Seconds that a server may take to write its schema; real ones take one."""

FOLDER = "${folder}"
"""What stands for the folder in a profile."""

NOWHERE = "http://127.0.0.1:9/v1"
"""A model provider for a configuration that wants one: nobody is asked anything."""


class WritesNoSchema(SeatrialError):
    """A server that does not write the schema of its own messages, or failed to."""

    by_server = True


async def schema_of(server: ServerUnderTest) -> Bundle:
    """Returns the schema that a server writes of itself.

    It is written once for a program, and kept in the user's cache.

    Raises:
        WritesNoSchema: It is not said to write one, or did not.
        BadSchema: What it wrote cannot be read.
        CannotStart: Its program could not be executed.
    """
    said, shelf = server.profile.own_schema, _shelf(server)
    if (known := shelf.find(said, title=server.title)) is not None:
        return known
    with home() as folders:
        folder = folders.root / "schema"
        folder.mkdir()
        variables, files = server.profile.filled(
            {
                "home": str(folders.home),
                "workspace": str(folders.workspace),
                **Place.beside(folders).values,
                "provider_url": NOWHERE,
                "wire": server.profile.wires_of(server.release)[0],
            }
        )
        folders.write(files)
        await _run(
            Command(
                argv=tuple(word.replace(FOLDER, str(folder)) for word in shelf.command),
                env=environment(
                    {"TMPDIR": str(folders.temporary)} | variables | server.environment,
                    run=str(RUN),
                ),
                cwd=folders.workspace,
            ),
            folders.stderr,
        )
        file = whole_file(folder, said)
        bundle = load_schema(file, said, title=server.title)
        shelf.keep(bundle, file)
        return bundle


def _shelf(server: ServerUnderTest) -> Shelf:
    """Returns the command line with which a server writes its schema, and where that is kept.

    Raises:
        WritesNoSchema: Its profile names none for its release.
    """
    said = server.profile.own_schema
    arguments = said.arguments(server.release) if said else None
    if arguments is None:
        raise WritesNoSchema(
            f"{server.title} writes no schema of itself",
            expected="a profile that says how, in its table `own_schema`",
            arrived=f"the profile {server.profile.name}, which does not say so for this release",
            cause="is it an older release, or a server of another kind?",
            remedy="name another release, or add the table to its profile",
        )
    return Shelf(_program(server), (*arguments, *server.extra))


def _program(server: ServerUnderTest) -> tuple[str, ...]:
    """Returns the program alone: a command line of the user's own has a dialect's words on it."""
    if not server.fixed:
        return server.program
    for spoken in server.profile.dialects:
        words = server.profile.arguments if spoken.arguments is None else spoken.arguments
        if words and server.program[-len(words) :] == words:
            return server.program[: -len(words)]
    return server.program


async def _run(command: Command, stderr_file: Path) -> None:
    """Runs a command to its end.

    Raises:
        WritesNoSchema: It fails, or does not end in time.
    """
    async with spawn(command, stderr_file=stderr_file) as process:
        process.stdin.close()
        try:
            async with asyncio.timeout(BOUND * timeout_factor()):
                exited = await asyncio.shield(process.exited)
        except TimeoutError:
            arrived = "it was still running"
        else:
            if exited.status == 0:
                return
            arrived = str(exited)
        said = process.stderr.text()
    raise WritesNoSchema(
        "the server did not write its schema",
        expected=f"exit status 0 within {BOUND:g} s of `{' '.join(command.argv)}`",
        arrived=arrived,
        cause="does this release have other arguments for it?",
        remedy="run the command by hand; the table `own_schema` of the profile has its arguments",
        evidence=f"last of its stderr:\n{said}",
    )
