"""Writes saved conversations into a home, in the shape of a release."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from seatrial.rollouts.conversation import Exchange, SavedConversation
from seatrial.rollouts.generation import Generation, escaped, templates

__all__ = ["rollout_lines", "save"]

ARCHIVED = "archived_sessions"
"""The folder of archived rollouts: flat, where the others are in a folder for each day."""


def save(
    home: Path, saved: SavedConversation, generation: Generation, *, archived: bool = False
) -> Path:
    """Writes a rollout into a home; returns its path.

    Args:
        home: The server's home.
        saved: What it holds.
        generation: The shape in which it is written.
        archived: Whether it lies among the archived ones.
    """
    day = f"{saved.created:%Y/%m/%d}"
    folder = home / ARCHIVED if archived else home / "sessions" / day
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / saved.file_name
    with path.open("w", encoding="utf-8") as file:
        file.writelines(rollout_lines(saved, generation))
    moment = saved.created.timestamp()
    os.utime(path, (moment, moment))
    return path


def rollout_lines(saved: SavedConversation, generation: Generation) -> Iterator[str]:
    """Yields the lines of a rollout: JSON, each with its line end."""
    for number, line in enumerate(_lines(saved, generation)):
        yield f'{{"ordinal": {number}, {line[1:]}\n' if generation.numbered else f"{line}\n"


def _lines(saved: SavedConversation, generation: Generation) -> Iterator[str]:
    moment = saved.created
    fixed = escaped(
        {
            "id": saved.id,
            "time": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z",
            "seconds": int(moment.timestamp()),
            "milliseconds": int(moment.timestamp() * 1000),
            "cwd": str(saved.cwd),
            "provider": saved.provider,
            "model": saved.model,
        }
    )
    yield from _filled(generation, "opening", fixed)
    for number, exchange in enumerate(saved.exchanges):
        turn = str(uuid5(NAMESPACE_URL, f"{saved.id}:{number}"))
        yield from _turn(exchange, generation, {**fixed, "turn": turn})


def _turn(exchange: Exchange, generation: Generation, fixed: Mapping[str, str]) -> Iterator[str]:
    turn = fixed["turn"]
    yield from _filled(generation, "begin", fixed)
    user = {"text": exchange.user, "item": f"msg_{turn}_user"}
    yield from _filled(generation, "user", {**fixed, **escaped(user)})
    for number, ran in enumerate(exchange.ran):
        command = {
            "item": f"fc_{turn}_{number}",
            "call": f"call_{turn}_{number}",
            "command": ran.command,
            "output": ran.output,
            "command_json": json.dumps(ran.command),
            "output_json": json.dumps(ran.output),
        }
        yield from _filled(generation, "command", {**fixed, **escaped(command)})
    agent = {"text": exchange.agent, "item": f"msg_{turn}_agent"}
    last = {**fixed, **escaped(agent)}
    yield from _filled(generation, "agent", last)
    yield from _filled(generation, "end", last)


def _filled(generation: Generation, part: str, values: Mapping[str, str]) -> Iterator[str]:
    return (line.substitute(values) for line in templates(generation.name, part))
