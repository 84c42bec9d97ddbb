"""Blocks about the schemas of servers: `drift`, `validate`, `probe`, what breaks a client."""

from __future__ import annotations

from collections.abc import Callable

from blocks.writing import cli_help, model_keys, table
from seatrial.profiles import Events, Schema
from seatrial.schema import BREAKS, Sender, What


def drift_changes() -> str:
    """Returns every kind of change, and what it breaks by who sends it."""
    rows = [
        [what.value.rstrip(","), *("breaks" if sender in BREAKS[what] else "" for sender in Sender)]
        for what in What
    ]
    return table(["change", "the client sends it", "the server sends it"], rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "cli-drift": lambda: cli_help("drift"),
    "cli-probe": lambda: cli_help("probe"),
    "cli-validate": lambda: cli_help("validate"),
    "drift-changes": drift_changes,
    "event-keys": model_keys(Events),
    "schema-keys": model_keys(Schema),
}
