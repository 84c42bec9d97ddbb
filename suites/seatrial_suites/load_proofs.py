"""Reads the folder `proofs`: what each variant of the reference server must trip."""

from __future__ import annotations

import tomllib
from importlib.resources.abc import Traversable

from pydantic import BaseModel, ConfigDict, TypeAdapter

from seatrial.conformance import Proof

__all__ = ["load_proofs"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fails: frozenset[str] = frozenset()
    warns: frozenset[str] = frozenset()
    untestable: frozenset[str] = frozenset()
    dialects: tuple[str, ...] = ()
    also: tuple[_Row, ...] = ()

    def proof(self) -> Proof:
        """Returns the row as the harness has it."""
        return Proof(
            fails=self.fails,
            warns=self.warns,
            untestable=self.untestable,
            dialects=self.dialects,
            also=tuple(row.proof() for row in self.also),
        )


_ROWS = TypeAdapter(dict[str, _Row])


def load_proofs(folder: Traversable) -> dict[str, Proof]:
    """Returns the proofs of every TOML file in a folder, by variant.

    Raises:
        ValueError: A file is not TOML, a table has not the shape of a proof, or a variant has two.
    """
    found: dict[str, Proof] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        rows = _ROWS.validate_python(tomllib.loads(file.read_text("utf-8")))
        if twice := rows.keys() & found.keys():
            raise ValueError(f"{file.name}: {', '.join(sorted(twice))} has a proof elsewhere")
        found |= {name: row.proof() for name, row in rows.items()}
    return found
