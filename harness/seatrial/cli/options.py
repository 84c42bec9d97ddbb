"""Options that several commands share: what of a server is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["selecting"]

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--only",
        multiple=True,
        metavar="ID",
        help="Judge this requirement, area or pattern (repeatable).",
    ),
    click.option("--dialect", help="Judge in this dialect only."),
    click.option(
        "--wire",
        metavar="WIRE|all",
        help="Judge over this wire to the model (responses, chat), or over each "
        "(default: the first).",
    ),
    click.option(
        "--transport",
        metavar="TRANSPORT|all",
        help="Reach it over this transport (stdio, websocket, websocket-token, unix, http), "
        "or over each.",
    ),
)


def selecting(command: Command) -> Command:
    """Gives a command the options of what is judged, in the order in which they stand here."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
