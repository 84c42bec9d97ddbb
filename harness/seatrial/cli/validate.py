"""`seatrial validate`: holds everything that a server said in a run against its own schema."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from seatrial.reports.safe import visible
from seatrial.schema import Validator, schema_of, transcripts
from seatrial.servers import resolve

__all__ = ["validate"]


@click.command()
@click.argument("server")
@click.argument("report", type=click.Path(path_type=Path), default=Path("seatrial-report"))
def validate(server: str, report: Path) -> int:
    """Hold every message in the transcripts of REPORT against the schema of SERVER.

    REPORT is the folder that `seatrial run SERVER` wrote. What the check `wire.schema` does with
    its own turns, this does with those of every check.

    Exit status: 1 if a message is not as the schema has it, 0 otherwise.
    """
    validator = Validator(asyncio.run(schema_of(resolve(server))))
    where: dict[str, list[str]] = {}
    count = 0
    for name, journal in transcripts(report):
        examined = validator.examine(journal.entries)
        count += examined.count
        for finding in examined.findings:
            seen = where.setdefault(f"{finding.fault.value}: {finding}", [])
            if name not in seen:
                seen.append(name)
    for text, names in sorted(where.items()):
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        click.echo(visible(f"✘ {text} ({names[0]}{more})"))
    click.echo(f"{count} messages, {len(where)} findings")
    return 1 if where else 0
