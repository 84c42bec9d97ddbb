"""`seatrial probe`: finds out about a server by asking it, and writes a profile to start from."""

from __future__ import annotations

import asyncio
from typing import TextIO

import click
from rich.console import Console

from seatrial.probe import probe as ask
from seatrial.probe import profile_toml
from seatrial.reports.probe import probe_text
from seatrial.servers import resolve

__all__ = ["probe"]


@click.command()
@click.argument("server", required=False)
@click.option("--command", metavar="LINE", help="Ask this command line instead of a named server.")
@click.option(
    "--profile", metavar="NAME|FILE", help="How its home is laid out; the rest is found out."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=15.0,
    show_default=True,
    help="Seconds that one question may take.",
)
@click.option(
    "--jobs", "-j", type=click.IntRange(1), help="Questions at once (default: processors)."
)
@click.option(
    "--profile-out", type=click.File("w", "utf-8"), help="Write what was found out as a profile."
)
@click.option("--json", "json_file", type=click.File("w", "utf-8"), help="Write it as JSON.")
def probe(
    server: str | None,
    command: str | None,
    profile: str | None,
    timeout: float,
    jobs: int | None,
    profile_out: TextIO | None,
    json_file: TextIO | None,
) -> int:
    """Find out about SERVER by asking it: dialects, methods, tools, wires, policies.

    Each question is asked in a process of its own, in a new home, against a model that is ours.

    Exit status: 0 if it speaks a dialect, 1 otherwise.
    """
    if server and command:
        raise click.UsageError("name a server or give a --command, not both")
    console = Console(stderr=True)
    asked = resolve(server, command=command, profile=profile)
    with console.status("asking") as status:
        found = asyncio.run(
            ask(
                asked,
                bound=timeout,
                jobs=jobs,
                stage=lambda text: status.update(f"asking {text}"),
            )
        )
    click.echo(probe_text(found), nl=False)
    if json_file:
        json_file.write(found.model_dump_json(indent=1) + "\n")
    if not found.spoken:
        return 1
    text = profile_toml(asked, found)
    if profile_out:
        profile_out.write(text)
    else:
        click.echo(f"\n{text}", nl=False)
    return 0
