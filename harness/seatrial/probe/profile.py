"""What was found out about a server, as a profile to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli_w

from seatrial.dialects import Policy
from seatrial.probe.found import Found, Spoke
from seatrial.profiles import Profile
from seatrial.servers import ServerUnderTest

__all__ = ["profile_toml"]

GENERIC = "generic"
FOUND_OUT = {
    "name",
    "title",
    "dialects",
    "wires",
    "find",
    "sources",
    "arguments",
    "variant_arguments",
    "recognise",
    "claims",
    "own_schema",
}
"""The keys that the answers decide; the others are taken from the profile that was used to ask."""


def profile_toml(server: ServerUnderTest, found: Found) -> str:
    """Returns a profile of the server, in TOML.

    Args:
        server: The server that was asked; its profile says how its home is laid out.
        found: What it answered.
    """
    known = server.profile
    program, *rest = found.program
    named = Path(program).name
    whole: dict[str, Any] = {
        "name": known.name if known.name != GENERIC else named,
        "title": known.title if known.name != GENERIC else named,
        "dialects": [_spoken(one, rest) for one in found.spoken],
        "wires": list(found.wires) or ["responses"],
        "find": [{"path": program}],
        **_kept(known),
        "claims": [{"name": f"policy.{policy}"} for policy in _claimed(found)],
    }
    if found.own_schema is not None:
        own = found.own_schema.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        for write in own["writes"]:
            write["arguments"] = [*rest, *write["arguments"]]
        whole["own_schema"] = own
    return _heading(found) + tomli_w.dumps(whole, multiline_strings=True)


def _kept(known: Profile) -> dict[str, Any]:
    """Returns what the answers do not decide; `${wire}` stands where the wire is configured."""
    dumped: dict[str, Any] = known.model_dump(
        mode="json", exclude=FOUND_OUT, exclude_none=True, exclude_defaults=True
    )
    return dumped


def _spoken(one: Spoke, rest: list[str]) -> dict[str, Any]:
    table = {
        "name": one.dialect,
        "arguments": [*rest, *one.arguments],
        "opening": one.opening,
        "words": one.words,
    }
    return {name: value for name, value in table.items() if value or name == "arguments"}


def _claimed(found: Found) -> list[str]:
    """Returns the policies to claim: those it took, and `on-request` only if it asked under it."""
    return [
        one.policy.value
        for one in found.policies
        if one.asked or one.policy is not Policy.ON_REQUEST
    ]


def _heading(found: Found) -> str:
    first = found.spoken[0]
    return (
        f"# {first.user_agent}\n"
        "# Found out by `seatrial probe`: a profile to start from. docs/profiles.md explains the\n"
        "# keys. Read the claims: what is not claimed is not judged.\n\n"
    )
