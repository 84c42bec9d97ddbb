"""Blocks about the tool server: its tools, its forms, its command."""

from __future__ import annotations

from collections.abc import Callable

from blocks.writing import cli_help, code, table
from seatrial.toolserver import FORMS, TOOLS


def tools() -> str:
    """Returns every tool with what it takes and what it does."""
    rows = [[f"`{one.name}`", code(one.takes), one.does] for one in TOOLS.values()]
    return table(["tool", "takes", "what it does"], rows)


def forms() -> str:
    """Returns every form with its fields."""
    rows = [
        [f"`{one.name}`", one.message, code(one.schema["properties"])] for one in FORMS.values()
    ]
    return table(["form", "what the user is told", "fields"], rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "tools": tools,
    "forms": forms,
    "cli-serve-tools": lambda: cli_help("serve", "tools"),
}
