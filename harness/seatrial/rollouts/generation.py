"""The shapes in which releases write rollouts, as data: lines with placeholders.

Each file in `generations/` is named after a release that was recorded. `opening` begins the file;
a turn is `begin`, `user`, a `command` for each that ran, `agent`, `end`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from string import Template
from typing import Any

from packaging.version import Version
from pydantic import BaseModel, ConfigDict

__all__ = ["Generation", "generations"]

Line = dict[str, Any]


class Generation(BaseModel):
    """One shape of rollouts.

    Attributes:
        name: The release that it was recorded with.
        source: Where it was seen, and what is new in it.
        numbered: Whether each line has its `ordinal`, from 0.
        opening: The lines before the first turn.
        begin: The lines that begin a turn.
        user: The lines for what the user said.
        command: The lines for a command that the agent ran.
        agent: The lines for what the agent said.
        end: The lines that end a turn.

    Placeholders: `${id}`, `${time}`, `${seconds}`, `${milliseconds}`, `${cwd}`, `${provider}`,
    `${model}`, `${turn}`, `${item}`, `${text}`, `${call}`, `${command}`, `${output}`, and
    `${command_json}`, `${output_json}` inside of strings that are JSON themselves. A string that
    is nothing but `${seconds}` or `${milliseconds}` becomes a number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    source: str
    numbered: bool = False
    opening: tuple[Line, ...]
    begin: tuple[Line, ...]
    user: tuple[Line, ...]
    command: tuple[Line, ...]
    agent: tuple[Line, ...]
    end: tuple[Line, ...]


@cache
def generations() -> dict[str, Generation]:
    """Returns the shapes by the release that they were recorded with, oldest first."""
    folder = resources.files(__package__) / "generations"
    files = {file.name.removesuffix(".json"): file for file in folder.iterdir()}
    return {
        name: Generation(name=name, **json.loads(files[name].read_bytes()))
        for name in sorted(files, key=Version)
    }


@cache
def templates(generation: str, part: str) -> tuple[Template, ...]:
    """Returns the lines of a part of a generation as JSON with placeholders in it."""
    lines: tuple[Line, ...] = getattr(generations()[generation], part)
    return tuple(Template(_BARE.sub(r"\1", json.dumps(line, ensure_ascii=False))) for line in lines)


_BARE = re.compile(r'"(\$\{(?:seconds|milliseconds)\})"')
"""A string that is nothing but a placeholder for a number."""


def escaped(values: Mapping[str, str | int]) -> dict[str, str]:
    """Returns values as they stand inside of a JSON string, and numbers as they are."""
    return {
        name: str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)[1:-1]
        for name, value in values.items()
    }
