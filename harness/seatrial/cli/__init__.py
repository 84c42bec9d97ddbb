"""The command line, one module a command (`run`, `matrix`, `prove`, …). No logic is here."""

from __future__ import annotations

import signal
import sys

import click
from rich.console import Console

from seatrial.cli.drift import drift
from seatrial.cli.fetch import fetch
from seatrial.cli.listing import requirements, servers
from seatrial.cli.matrix import matrix
from seatrial.cli.probe import probe
from seatrial.cli.prove import prove
from seatrial.cli.run import run
from seatrial.cli.serve import serve
from seatrial.cli.sweep import sweep
from seatrial.cli.validate import validate
from seatrial.errors import SeatrialError
from seatrial.reports.safe import visible
from seatrial_provider import ProviderError

__all__ = ["cli", "main"]

CANNOT_JUDGE = 2
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="seatrial", message="%(prog)s %(version)s")
def cli() -> None:
    """Judges an agent server from both ends: as its client, and as its model."""


for command in (
    run,
    matrix,
    prove,
    drift,
    validate,
    probe,
    servers,
    fetch,
    serve,
    requirements,
    sweep,
):
    cli.add_command(command)


def main() -> None:
    """Runs the command line; every error of ours is one message and exit status 2.

    SIGTERM is taken like Ctrl-C: what was started is ended, what was made is removed.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` has it ignored
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except (SeatrialError, ProviderError) as error:
        Console(stderr=True, soft_wrap=True).print(
            visible(f"error: {error}"), style="red", markup=False, highlight=False
        )
        sys.exit(CANNOT_JUDGE)
    except click.ClickException as error:
        error.show()
        sys.exit(CANNOT_JUDGE)
    except (KeyboardInterrupt, click.Abort):
        Console(stderr=True).print("interrupted; every server that was started has been ended")
        sys.exit(INTERRUPTED)
