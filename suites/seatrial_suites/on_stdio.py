"""For what is about a server's stdio: it has one client there, and ends with it."""

from __future__ import annotations

from seatrial.conformance import NotApplicable, Trial

__all__ = ["only_on_stdio"]


def only_on_stdio(trial: Trial, why: str) -> None:
    """Lets a check go on where the server is spoken to on its stdio.

    Args:
        trial: The trial.
        why: What is otherwise where a server listens.

    Raises:
        NotApplicable: It listens.
    """
    if trial.server.transport != "stdio":
        raise NotApplicable(
            why,
            expected="a server on its stdio, which has one client",
            arrived=f"one that listens ({trial.server.transport})",
            cause="is it judged over another transport than stdio?",
            remedy="judge it with --transport stdio",
        )
