"""`seatrial prove`: shows that every check can fail."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import click

from seatrial.cli.console import Output
from seatrial.cli.progress import Display
from seatrial.conformance import installed
from seatrial.conformance import prove as build_matrix
from seatrial.reports import check_writable, kill_matrix_markdown, terminal, write_files
from seatrial.servers import variants

__all__ = ["prove"]


@click.command()
@click.option(
    "--only",
    multiple=True,
    metavar="ID",
    help="Prove this requirement, area or pattern (repeatable).",
)
@click.option(
    "--across",
    is_flag=True,
    help="Run each variant on every check in every dialect, not only on those near its proof.",
)
@click.option("--jobs", "-j", type=click.IntRange(1), help="Checks at once (default: processors).")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write the matrix as JSON."
)
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the matrix as Markdown.")
def prove(
    only: tuple[str, ...],
    across: bool,
    jobs: int | None,
    json_file: Path | None,
    markdown: Path | None,
) -> int:
    """Show that every check can fail: run each on every variant of the reference server.

    A check is proved if it passes on the correct reference server and fails on a variant, which is
    that server with one defect; and a variant must trip only what its proof names.

    Exit status: 0 if every check is proved and nothing surprised, 1 otherwise.
    """
    console = Output(soft_wrap=False)
    for path in filter(None, (json_file, markdown)):
        check_writable(path.parent, path.name)
    known = variants()
    with Display(console) as display:
        matrix = asyncio.run(
            build_matrix(
                installed(),
                known,
                only=only,
                across=across,
                jobs=jobs or os.cpu_count(),
                planned=lambda count: display.plan(
                    count, f"running every check on {len(known)} variants: {count} runs"
                ),
                progress=lambda variant, case: display.advance(),
            )
        )
    console.print(terminal.matrix(matrix))
    for sentence in (*matrix.surprises, *matrix.unproved()):
        console.print(f"✘ {sentence}", style="bold red", markup=False, highlight=False)
    if json_file:
        write_files({json_file.name: matrix.model_dump_json(indent=1) + "\n"}, json_file.parent)
    if markdown:
        write_files({markdown.name: kill_matrix_markdown(matrix)}, markdown.parent)
    killed, observations = matrix.observations
    console.print(
        f"score: {len(matrix.proved)} of {len(matrix.requirements)} checks and {killed} of "
        f"{observations} observations proved by {len(known)} variants, "
        f"{len(matrix.surprises)} surprises",
        style="bold green" if matrix.exit_status == 0 else "bold red",
        highlight=False,
    )
    return matrix.exit_status
