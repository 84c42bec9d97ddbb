"""The block that lists the clients that the mock provider is tested with."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

from blocks.writing import table

CLIENTS = Path(__file__).resolve().parents[2] / "tests" / "clients"


def clients() -> str:
    """Returns each program with the sentence that it begins with."""
    programs = [
        (file, ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "")
        for file in sorted((CLIENTS / "programs").glob("*.py"))
    ]
    programs += [
        (file, file.read_text("utf-8").splitlines()[0].removeprefix("// "))
        for file in sorted((CLIENTS / "node").glob("*.mjs"))
    ]
    rows = [[f"`{file.name}`", words] for file, words in programs if file.stem != "weather"]
    rows.append(["Codex 0.65.0", "A turn with a command, over either API."])
    return table(["program", "what it is"], rows)


BLOCKS: dict[str, Callable[[], str]] = {"provider-clients": clients}
