"""`seatrial drift`: what changed between two releases in what they say of their own messages."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TextIO

import click

from seatrial.profiles import load
from seatrial.reports.drift import drift_json, drift_markdown, drift_text
from seatrial.schema import (
    Bundle,
    compare,
    load_schema,
    read_dependencies,
    schema_of,
    violations,
)
from seatrial.servers import resolve

__all__ = ["drift"]


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--fail-on",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What you depend on: fail if B breaks any of it.",
)
@click.option(
    "--profile", default="codex", show_default=True, help="Whose schema a folder or a file is."
)
@click.option("--markdown", type=click.File("w", "utf-8"), help="Write it as Markdown.")
@click.option("--json", "json_file", type=click.File("w", "utf-8"), help="Write it as JSON.")
def drift(
    before: str,
    after: str,
    fail_on: Path | None,
    profile: str,
    markdown: TextIO | None,
    json_file: TextIO | None,
) -> int:
    """Show what changed from A to B in methods, members, presence, types and values.

    A and B are servers that write the schema of their own messages, such as codex@0.98.0, or what
    they wrote: a folder or a file. `!` marks what can break a client that was made for A.

    Exit status: 1 if something of the list in --fail-on breaks, 0 otherwise.
    """
    listed = read_dependencies(fail_on) if fail_on else []
    old, new = _bundle(before, profile), _bundle(after, profile)
    broken = violations(old, new, listed)
    found = compare(old, new)
    click.echo(drift_text(found, broken), nl=False)
    if markdown:
        markdown.write(drift_markdown(found, broken))
    if json_file:
        json_file.write(drift_json(found, broken))
    return 1 if broken else 0


def _bundle(name: str, profile: str) -> Bundle:
    """Returns the schema that a name means: of a file or a folder, or of a server."""
    path = Path(name)
    if path.is_dir() or path.suffix == ".json":
        return load_schema(path, load(profile).own_schema)
    return asyncio.run(schema_of(resolve(name)))
