"""`seatrial servers` and `seatrial requirements`: what can be named on the command line."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table

from seatrial.conformance import installed
from seatrial.profiles import builtin_names, load
from seatrial.servers import UnknownServer, releases, resolve
from seatrial.servers import variants as list_variants

__all__ = ["requirements", "servers"]


@click.command()
@click.option("--variants", is_flag=True, help="List the reference server's variants as well.")
def servers(variants: bool) -> None:
    """List the servers that can be named, and whether they are here."""
    console = Console(soft_wrap=True)
    for name in builtin_names():
        profile = load(name)
        if not profile.find:
            continue
        try:
            where = " ".join(resolve(name).argv)
        except UnknownServer as error:
            where = f"not here: {error.remedy}"
        console.print(
            f"{name}: {profile.title}, {', '.join(profile.spoken(None))}", highlight=False
        )
        console.print(f"  {where}", style="dim", markup=False, highlight=False)
        for release, program in releases(profile).items():
            known = f"  {name}@{release}  {program.argv[0]}"
            console.print(known, style="dim", markup=False, highlight=False)
    if variants:
        for variant, defect in list_variants().items():
            console.print(f"reference:{variant}", highlight=False)
            console.print(f"  {defect}", style="dim", markup=False, highlight=False)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def requirements(as_json: bool) -> None:
    """List the requirements: id, level, and whether there is a check for each."""
    rows = [requirement for suite in installed() for requirement in suite.requirements.values()]
    if as_json:
        click.echo(json.dumps([row.model_dump(mode="json") for row in rows], indent=1))
        return
    table = Table()
    for column in ("requirement", "level", "dialects", "what must hold"):
        table.add_column(column, overflow="fold")
    for row in rows:
        style = "dim" if row.deferred else ""
        statement = (
            f"{row.statement} (not judged yet: {row.deferred})" if row.deferred else row.statement
        )
        table.add_row(row.id, row.level.value, ", ".join(row.dialects), statement, style=style)
    Console().print(table)
