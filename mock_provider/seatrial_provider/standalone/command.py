"""The command line of the stand-alone provider."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from seatrial_provider.errors import ProviderError
from seatrial_provider.provider import Provider
from seatrial_provider.responses.flavours import Flavour
from seatrial_provider.standalone.serving import serve
from seatrial_provider.wire.server import LOOPBACK

__all__ = ["main", "provider"]

LOCAL = frozenset({LOOPBACK, "::1", "localhost"})

FLAVOURS = click.Choice([one.value for one in Flavour])


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("scripts", nargs=-1, type=click.Path(path_type=Path), metavar="[SCRIPT]...")
@click.option("--port", default=0, show_default="a free one", help="The port to listen on.")
@click.option("--host", default=LOOPBACK, show_default=True, help="The address to listen on.")
@click.option("--admin/--no-admin", default=None, help="The admin API (on, if on loopback).")
@click.option("--flavour", type=FLAVOURS, default="full", show_default=True, help="Of Responses.")
@click.option("--model", "models", multiple=True, help="List this model (repeatable).")
@click.option("--api-key", help="Refuse requests without this key.")
@click.option("--ignore", multiple=True, help="Do not check this invariant (repeatable).")
@click.option("--seed", default=0, show_default=True, help="Where the choices of faults come from.")
@click.option("--timing/--no-timing", default=True, help="Recorded answers take their time (on).")
@click.option("--journal", type=click.Path(path_type=Path), help="Write every request here.")
@click.option("--redact", multiple=True, help="Take this secret out of the journal (repeatable).")
@click.option("--judge-client", is_flag=True, help="Count what the client did wrong as well.")
def provider(
    scripts: tuple[Path, ...],
    port: int,
    host: str,
    admin: bool | None,
    flavour: str,
    models: tuple[str, ...],
    api_key: str | None,
    ignore: tuple[str, ...],
    seed: int,
    timing: bool,
    journal: Path | None,
    redact: tuple[str, ...],
    judge_client: bool,
) -> None:
    """Serve a mock model provider with the replies of SCRIPT, in YAML or JSON.

    It prints one line of JSON once it listens: base_url, admin_url and pid. It ends on SIGINT,
    SIGTERM or a request of the admin API, and then says on stderr what was wrong.

    Exit status: 0 if all was well, 1 if something was wrong, 2 if it could not serve.
    """
    made = Provider(
        host=host,
        port=port,
        flavour=flavour,
        models=models,
        api_key=api_key,
        ignore=ignore,
        seed=seed,
        replays_timing=timing,
        journal_file=journal,
        redact=redact,
    )
    problems = asyncio.run(
        serve(
            made,
            scripts=scripts,
            admin=host in LOCAL if admin is None else admin,
            say=click.echo,
            judges_client=judge_client,
        )
    )
    for problem in problems:
        click.echo(str(problem), err=True)
    sys.exit(1 if problems else 0)


def main() -> None:
    """Runs the command; an error of the provider's is one message and exit status 2."""
    try:
        provider.main(prog_name="python -m seatrial_provider")
    except ProviderError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
