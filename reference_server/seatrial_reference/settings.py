"""What one turn runs under: folder, model, approval policy and sandbox, as the client sees them."""

from __future__ import annotations

import os
from dataclasses import dataclass

from seatrial_reference.config import ApprovalPolicy, SandboxMode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MODES = {
    "readOnly": SandboxMode.READ_ONLY,
    "workspaceWrite": SandboxMode.WORKSPACE_WRITE,
    "dangerFullAccess": SandboxMode.DANGER_FULL_ACCESS,
}
SANDBOX_TYPES = tuple(_MODES)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPolicy:
    """What commands may do: where they may write, and whether they may use the network."""

    mode: SandboxMode
    writable_roots: tuple[str, ...] = ()
    network: bool = False
    exclude_tmpdir: bool = False

    @property
    def confines(self) -> bool:
        """Whether there is a sandbox at all."""
        return self.mode is not SandboxMode.DANGER_FULL_ACCESS

    @classmethod
    def from_wire(cls, value: dict[str, Any]) -> SandboxPolicy:
        """Take a `SandboxPolicy` object of one of the known types (app-server schema 0.163.0)."""
        return cls(
            mode=_MODES[value["type"]],
            writable_roots=tuple(value.get("writableRoots") or ()),
            network=value.get("networkAccess") is True,
            exclude_tmpdir=value.get("excludeTmpdirEnvVar") is True,
        )

    def as_wire(self) -> dict[str, Any]:
        """Give the `SandboxPolicy` object (Codex app-server schema 0.163.0)."""
        if self.mode is SandboxMode.DANGER_FULL_ACCESS:
            return {"type": "dangerFullAccess"}
        if self.mode is SandboxMode.READ_ONLY:
            return {"type": "readOnly", "networkAccess": self.network}
        return {
            "type": "workspaceWrite",
            "writableRoots": list(self.writable_roots),
            "networkAccess": self.network,
            "excludeTmpdirEnvVar": self.exclude_tmpdir,
            "excludeSlashTmp": True,
        }

    def roots(self, cwd: str) -> tuple[str, ...]:
        """Give the folders that commands started in `cwd` may write to."""
        if self.mode is not SandboxMode.WORKSPACE_WRITE:
            return ()
        temporary = "" if self.exclude_tmpdir else os.environ.get("TMPDIR", "")
        return (cwd, *self.writable_roots, *((temporary,) if temporary else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a thread; a turn's overrides stay for the turns after it."""

    cwd: str
    model: str
    approval: ApprovalPolicy
    sandbox: SandboxPolicy
