"""Layers of configuration: the user's file, the managed file on it, the command line on both."""

from __future__ import annotations

import tomllib

from seatrial_reference.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

USER, MANAGED = "config.toml", "managed_config.toml"


class Layers:
    """Lays what is set in several places over one another, the strongest last.

    Args:
        home: The folder of the files; one that is not there sets nothing.
        overrides: What the command line sets, each as `KEY=VALUE`: the key is a path with dots,
            the value is TOML, or a string where it is no TOML.
    """

    def __init__(self, home: str, overrides: Sequence[str] = ()) -> None:
        self.home = home
        self.overrides = overrides

    def read(self) -> dict[str, Any]:
        """Give the table that holds.

        Raises:
            ConfigError: A file is not TOML or cannot be read, or an override has no key.
        """
        table: dict[str, Any] = {}
        for layer in self.layers():
            table = self.merge(table, layer)
        return table

    def layers(self) -> list[dict[str, Any]]:
        """Give the layers, the weakest first."""
        return [self.file(USER), self.file(MANAGED), *map(self.override, self.overrides)]

    def merge(self, lower: dict[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
        """Lay a table over another: tables are merged key by key, other values replaced."""
        merged = dict(lower)
        for key, value in upper.items():
            below = lower.get(key)
            if isinstance(value, dict) and isinstance(below, dict):
                merged[key] = self.merge(below, value)
            else:
                merged[key] = value
        return merged

    def file(self, name: str) -> dict[str, Any]:
        """Read one of the files; one that is not there is empty."""
        path = f"{self.home}/{name}"
        try:
            with open(path, "rb") as file:  # noqa: PTH123
                return tomllib.load(file)
        except FileNotFoundError:
            return {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"expected TOML in {path}, but {error}; fix the file.") from error
        except OSError as error:
            raise ConfigError(f"expected to read {path}, but {error}.") from error

    def override(self, text: str) -> dict[str, Any]:
        """Read one `KEY=VALUE` of the command line."""
        path, equals, value = text.partition("=")
        keys = path.strip().split(".")
        if not equals or not all(keys):
            raise ConfigError(
                f"expected KEY=VALUE behind -c, but it is {text!r}; "
                f"is the key missing? Write it as a path with dots, such as a.b=1."
            )
        table: Any = _value(value)
        for key in reversed(keys):
            table = {key: table}
        return table  # type: ignore[no-any-return]


def _value(text: str) -> Any:
    """Read a value as TOML, or take it as it is."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
