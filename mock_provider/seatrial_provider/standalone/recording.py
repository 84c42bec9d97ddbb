"""The command line of the recorder."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import click

from seatrial_provider.recording import Recorder
from seatrial_provider.standalone.ending import ending
from seatrial_provider.wire.server import LOOPBACK

__all__ = ["recorder"]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("upstream", metavar="BASE_URL")
@click.argument("file", type=click.Path(path_type=Path), metavar="SCRIPT")
@click.option("--port", default=0, show_default="a free one", help="The port to listen on.")
@click.option("--host", default=LOOPBACK, show_default=True, help="The address to listen on.")
@click.option("--redact", multiple=True, help="Take this secret out of answers (repeatable).")
def recorder(upstream: str, file: Path, port: int, host: str, redact: tuple[str, ...]) -> None:
    """Pass requests on to the provider at BASE_URL, and write its answers to SCRIPT.

    It prints one line of JSON once it listens: base_url and pid. It ends on SIGINT or SIGTERM, and
    writes the script then.
    """
    asyncio.run(_record(Recorder(upstream, file, redact=redact, host=host, port=port)))


async def _record(made: Recorder) -> None:
    with ending() as ended:
        async with made:
            click.echo(json.dumps({"base_url": made.base_url, "pid": os.getpid()}))
            await ended.wait()
    click.echo(f"{made.recorded} answers recorded", err=True)
