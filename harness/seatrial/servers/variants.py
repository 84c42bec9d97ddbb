"""The variants of the reference server, as the reference server itself lists them."""

from __future__ import annotations

import json
import os
import subprocess

from seatrial.errors import SeatrialError
from seatrial.servers.resolve import resolve

__all__ = ["NoVariants", "variants"]

_BOUND = 60.0


class NoVariants(SeatrialError):
    """The reference server could not be asked for its variants."""


def variants() -> dict[str, str]:
    """Returns each variant's defect in a sentence, by the variant's name.

    Raises:
        NoVariants: The reference server did not answer with a list of them.
    """
    server = resolve("reference")
    command = [*server.program, "variants", "--json"]
    said = noise = b""
    try:
        answer = subprocess.run(
            command,
            capture_output=True,
            timeout=_BOUND,
            check=False,
            env={**os.environ, **server.environment},
        )
        said, noise = answer.stdout, answer.stderr
        return {row["name"]: row["defect"] for row in json.loads(said)}
    except (ValueError, LookupError, TypeError, OSError, subprocess.TimeoutExpired):
        raise NoVariants(
            "the reference server does not list its variants",
            expected="a JSON list of objects with name and defect",
            arrived=repr(said[:200]),
            cause="is another version of it installed?",
            remedy=f"run it by hand: {' '.join(command)}",
            evidence=noise.decode(errors="replace")[-2000:],
        ) from None
