"""Blocks about leaks."""

from __future__ import annotations

from collections.abc import Callable

from blocks.writing import described, table
from seatrial.leaks import SEVERITIES, Kind

LEAKS = {
    Kind.PROCESS: "A server that was started and not ended (ledger).",
    Kind.HOME: "A home that was made and is still there (ledger).",
    Kind.PROVIDER: "A mock provider of a trial that was not closed (ledger).",
    Kind.STREAM: "An answer of the mock provider's that was cut off when it closed (ledger).",
    Kind.REQUEST: "A request that the server still waited for when we hung up (ledger).",
    Kind.TASK: "A task of the test's loop that is not done.",
    Kind.THREAD: "A Python thread that runs.",
    Kind.SOCKET: "An open socket, with its addresses.",
    Kind.DESCRIPTOR: "An open file or pipe.",
    Kind.CHILD: "A process below this one that Seatrial did not start.",
    Kind.ZOMBIE: "A child that has ended and was not waited for.",
}


def leak_kinds() -> str:
    """Returns the kinds of leak, where each is seen, and what it does by default."""
    rows = described(Kind, LEAKS)
    return table(
        ["kind", "what is left", "by default"],
        [[f"`{kind}`", words, f"`{SEVERITIES[kind]}`"] for kind, words in rows],
    )


BLOCKS: dict[str, Callable[[], str]] = {
    "leak-kinds": leak_kinds,
}
