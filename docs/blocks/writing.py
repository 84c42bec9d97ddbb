"""How blocks are written: tables, names in code style, the help of a command."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import click

from seatrial.cli import cli

K = TypeVar("K")
HELP_WIDTH = 88


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n"
                   for row in lines)  # fmt: skip


def code(words: Iterable[str]) -> str:
    """Returns names in code style, separated by commas."""
    return ", ".join(f"`{word}`" for word in words)


def described(names: Iterable[K], words: Mapping[K, str]) -> list[tuple[K, str]]:
    """Returns each name with its description.

    Raises:
        ValueError: A name has no description, or a description no name.
    """
    names = list(names)
    if set(names) != set(words):
        raise ValueError(f"descriptions do not fit the names: {set(names) ^ set(words)}")
    return [(name, words[name]) for name in names]


def cli_help(*path: str) -> str:
    """Returns the help of the command line, or of one of its commands."""
    command: click.Command = cli
    context = click.Context(
        cli, info_name="seatrial", terminal_width=HELP_WIDTH, **cli.context_settings
    )
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
        context = click.Context(command, info_name=name, parent=context)
    return f"```text\n{command.get_help(context)}\n```\n"


def meanings(model: type) -> dict[str, str]:
    """Returns what the docstrings of a class and of its parents say of each attribute."""
    found: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        found |= _attributes(inspect.cleandoc(parent.__doc__ or ""))
    return found


def model_keys(model: type) -> Callable[[], str]:
    """Returns what makes the table of a model's keys, from the docstring that describes them."""

    def build() -> str:
        rows = _attributes(inspect.getdoc(model) or "").items()
        return table(["key", "meaning"], [[f"`{key}`", words] for key, words in rows])

    return build


def _attributes(doc: str) -> dict[str, str]:
    listed = doc.partition("Attributes:\n")[2].partition("\n\n")[0]
    found = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", listed, re.MULTILINE)
    return {key: " ".join(words.split()) for key, words in found}


def window(since: str | None, until: str | None) -> str:
    """Returns a window of releases in words."""
    words = [f"from {since}"] * bool(since) + [f"before {until}"] * bool(until)
    return ", ".join(words) or "all"
