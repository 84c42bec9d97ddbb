"""Variants that lay the layers of configuration over one another wrongly."""

from __future__ import annotations

import tomllib
from pathlib import Path

from seatrial_reference.errors import ConfigError
from seatrial_reference.layers import MANAGED, USER, Layers
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _CommandLineUnread(Layers):
    def layers(self) -> list[dict[str, Any]]:
        return [self.file(USER), self.file(MANAGED)]


class _ManagedUnread(Layers):
    def layers(self) -> list[dict[str, Any]]:
        return [self.file(USER), *map(self.override, self.overrides)]


class _ManagedOverAll(Layers):
    def layers(self) -> list[dict[str, Any]]:
        user, managed, *overrides = super().layers()
        return [user, *overrides, managed]


class _InnerTablesReplaced(Layers):
    def merge(self, lower: dict[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
        merged = super().merge(lower, upper)
        return {key: upper[key] if _is_leaf_table(key, upper) else merged[key] for key in merged}


def _is_leaf_table(key: str, upper: dict[str, Any]) -> bool:
    """Tell whether a table holds no tables itself."""
    value = upper.get(key)
    return isinstance(value, dict) and not any(isinstance(one, dict) for one in value.values())


class _KeysOfTheFileAlone(Layers):
    def merge(self, lower: dict[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
        if not lower:  # the first layer lies on nothing
            return dict(upper)
        return super().merge(lower, {key: value for key, value in upper.items() if key in lower})


class _DamageIgnored(Layers):
    def file(self, name: str) -> dict[str, Any]:
        """Read as many of its lines as can be read."""
        if not Path(self.home, name).exists():
            return {}
        lines = Path(self.home, name).read_text().splitlines()
        while lines:
            try:
                return tomllib.loads("\n".join(lines))
            except tomllib.TOMLDecodeError:
                lines.pop()
        return {}


class _WaitsWhenDamaged(Layers):
    def file(self, name: str) -> dict[str, Any]:
        try:
            return super().file(name)
        except ConfigError as error:
            import sys
            import threading

            sys.stderr.write(f"seatrial-reference: {error}\n")
            sys.stderr.flush()
            threading.Event().wait()
            raise


VARIANTS = (
    Variant(
        name="command-line-unread",
        defect="What the command line sets of the configuration is not read.",
        parts=Parts(layers=_CommandLineUnread),
    ),
    Variant(
        name="managed-unread",
        defect="The managed file is not read.",
        parts=Parts(layers=_ManagedUnread),
    ),
    Variant(
        name="managed-over-all",
        defect="The managed file holds over the command line.",
        parts=Parts(layers=_ManagedOverAll),
    ),
    Variant(
        name="inner-tables-replaced",
        defect="A table of a stronger layer takes the place of the whole one below.",
        parts=Parts(layers=_InnerTablesReplaced),
    ),
    Variant(
        name="new-keys-dropped",
        defect="A stronger layer sets only what the file sets already.",
        parts=Parts(layers=_KeysOfTheFileAlone),
    ),
    Variant(
        name="damaged-config-ignored",
        defect="A configuration file that is no TOML is passed over in silence.",
        parts=Parts(layers=_DamageIgnored),
    ),
    Variant(
        name="damaged-config-waits",
        defect="With a configuration file that is no TOML the server waits for ever.",
        parts=Parts(layers=_WaitsWhenDamaged),
    ),
)
