"""Blocks about the command line, the profiles, the dialects and the parts of the harness."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

from blocks.writing import cli_help, code, model_keys, table, window
from seatrial.dialects import app_v2_turn
from seatrial.profiles import Claim, Find, Profile, Source, Spoken, builtin_names, load

ROOT = Path(__file__).resolve().parents[2]


PARTS = (
    "cli",
    "plugin",
    "reports",
    "probe",
    "conformance",
    "schema",
    "responders",
    "dialects",
    "profiles",
    "servers",
    "releases",
    "home",
    "rollouts",
    "peer",
    "journal",
    "process",
    "leaks",
    "transport",
    "jsonrpc",
    "errors",
)


def profiles() -> str:
    """Returns the built-in profiles with where they look and what they claim."""
    rows = []
    for name in builtin_names():
        profile = load(name)
        places = [
            f"the module `{one.python}`" if one.python else f"`{one.path or one.command}` on PATH"
            for one in profile.find
        ]
        claims = [f"`{one.name}` ({window(one.since, one.until)})" for one in profile.claims]
        rows.append(
            [
                f"`{name}`",
                code(profile.spoken(None)),
                ", then ".join(places) or "only by `--command`",
                ", ".join(claims),
            ]
        )
    return table(["profile", "dialects", "its program", "claims (releases)"], rows)


def approval_fields() -> str:
    """Returns how app_v2 spells the port's names for the fields of an approval."""
    rows = [[f"`{ours}`", f"`{theirs}`"] for ours, theirs in app_v2_turn.SPELLING.items()]
    return table(["the port's name", "in `app_v2`"], rows)


def decisions() -> str:
    """Returns how app_v2 spells the decisions."""
    rows = [
        [f"`Decision.{ours.name}`", f"`{theirs}`"] for ours, theirs in app_v2_turn.DECISIONS.items()
    ]
    return table(["decision", "in `app_v2`"], rows)


def modules() -> str:
    """Returns the parts of the harness, each with the sentence that it begins with."""
    rows = []
    for name in PARTS:
        path = ROOT / "harness" / "seatrial" / name
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        doc = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
        rows.append([f"`seatrial.{name}`", " ".join(doc.partition("\n\n")[0].split())])
    return table(["part", "its sentence"], rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "approval-fields": approval_fields,
    "claim-keys": model_keys(Claim),
    "cli": cli_help,
    "cli-fetch": lambda: cli_help("fetch"),
    "cli-prove": lambda: cli_help("prove"),
    "cli-requirements": lambda: cli_help("requirements"),
    "cli-run": lambda: cli_help("run"),
    "cli-servers": lambda: cli_help("servers"),
    "cli-sweep": lambda: cli_help("sweep"),
    "decisions": decisions,
    "find-keys": model_keys(Find),
    "modules": modules,
    "profile-keys": model_keys(Profile),
    "profiles": profiles,
    "source-keys": model_keys(Source),
    "spoken-keys": model_keys(Spoken),
}
