"""The tool servers that the configuration names: the tables `mcp_servers.NAME`."""

from __future__ import annotations

from dataclasses import dataclass, field

from seatrial_reference.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolServerConfig:
    """How a tool server is started over stdio: its program, arguments and environment."""

    name: str
    command: str
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


def read(tables: Mapping[str, Any], path: str) -> tuple[ToolServerConfig, ...]:
    """Read the tables.

    Raises:
        ConfigError: One of them does not say how its tool server is started.
    """
    return tuple(_one(name, table, path) for name, table in tables.items())


def _one(name: str, table: Any, path: str) -> ToolServerConfig:
    given = table if isinstance(table, dict) else {}
    command, args, env = given.get("command"), given.get("args", []), given.get("env", {})
    fits = (
        isinstance(command, str)
        and isinstance(args, list)
        and isinstance(env, dict)
        and all(isinstance(word, str) for word in [*args, *env.values()])
    )
    if not fits:
        raise ConfigError(
            f"expected `mcp_servers.{name}` in {path} to have `command`, a string, and perhaps "
            f"`args`, strings, and `env`, a table of strings, but it is {table!r}; is it a server "
            f"over HTTP? Only those over stdio can be used. Correct the file."
        )
    return ToolServerConfig(name=name, command=str(command), args=tuple(args), env=env)
