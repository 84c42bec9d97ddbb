"""`seatrial run`: judges a server and writes the reports."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from seatrial.cli.console import Output
from seatrial.cli.options import selecting
from seatrial.cli.progress import Display
from seatrial.conformance import Case, installed, load_baseline
from seatrial.conformance import run as judge_server
from seatrial.reports import check_writable, terminal, write_all
from seatrial.servers import ServerUnderTest, resolve

__all__ = ["run"]


@click.command()
@click.argument("server", required=False)
@click.option(
    "--command", metavar="LINE", help="Judge this command line instead of a named server."
)
@click.option(
    "--profile", metavar="NAME|FILE", help="How the server is configured and what it claims."
)
@selecting
@click.option("--jobs", "-j", type=click.IntRange(1), help="Checks at once (default: processors).")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("seatrial-report"),
    show_default=True,
    help="Folder for the reports.",
)
@click.option(
    "--baseline", type=click.Path(path_type=Path), help="Known failures of your server (TOML)."
)
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), help="Seconds for the server's first answer."
)
@click.option("--verbose", "-v", is_flag=True, help="Print everything that each check saw.")
@click.option("--keep", is_flag=True, help="Leave the servers' homes behind, for a look.")
def run(
    server: str | None,
    command: str | None,
    profile: str | None,
    only: tuple[str, ...],
    dialect: str | None,
    wire: str | None,
    transport: str | None,
    jobs: int | None,
    output: Path,
    baseline: Path | None,
    timeout: float | None,
    keep: bool,
    verbose: bool,
) -> int:
    """Judge SERVER, the reference server by default.

    SERVER is `reference`, `reference:VARIANT`, `codex` (the newest that is here), `codex@RELEASE`,
    a profile's file, or a program's path.

    Exit status: 0 if everything is as it should be, 1 if there are findings, 2 if the server could
    not be judged.
    """
    if server and command:
        raise click.UsageError("name a server or give a --command, not both")
    console = Output(soft_wrap=False)
    under_test = resolve(server, command=command, profile=profile)
    known = load_baseline(baseline) if baseline else ()
    check_writable(output)

    def plan(found: ServerUnderTest, todo: Sequence[Case]) -> None:
        display.plan(len(todo), f"judging {found.title}: {' '.join(found.argv)}")

    with Display(console, terminal.saw if verbose else terminal.line) as display:
        result = asyncio.run(
            judge_server(
                under_test,
                installed(),
                only=only,
                dialect=dialect,
                wire=wire,
                transport=transport,
                jobs=jobs,
                keep=keep,
                timeout=timeout,
                baseline=known,
                planned=plan,
                progress=display.show,
            )
        )
    written = write_all(result, output)
    for finding in terminal.findings(written.result):
        console.print()
        console.print(finding)
    console.print()
    console.print(terminal.table(result))
    console.print(terminal.summary(result), soft_wrap=True)
    console.print(f"HTML: {written.html}\nJSON: {written.json}", highlight=False, soft_wrap=True)
    return result.exit_status
