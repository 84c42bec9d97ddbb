"""Reads `proofs.toml`: what each variant of the reference server must trip."""

from __future__ import annotations

import tomllib

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


def load_proofs(text: str) -> dict[str, Proof]:
    """Returns the proofs by variant.

    Raises:
        ValueError: The text is not TOML, or a table has not the shape of a proof.
    """
    rows = _ROWS.validate_python(tomllib.loads(text))
    return {name: row.proof() for name, row in rows.items()}
