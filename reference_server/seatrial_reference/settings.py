"""What one turn runs under: folder, model, approval policy and sandbox, as the client sees them."""

from __future__ import annotations

import os
from dataclasses import dataclass

from seatrial_reference.config import ApprovalPolicy, SandboxMode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPolicy:
    """What commands may do: where they may write, and whether they may use the network."""

    mode: SandboxMode
    writable_roots: tuple[str, ...] = ()
    network: bool = False
    exclude_tmpdir: bool = False
    granted_roots: tuple[str, ...] = ()

    @property
    def confines(self) -> bool:
        """Whether there is a sandbox at all."""
        return self.mode is not SandboxMode.DANGER_FULL_ACCESS

    def roots(self, cwd: str) -> tuple[str, ...]:
        """Give the folders that commands started in `cwd` may write to."""
        if self.mode is not SandboxMode.WORKSPACE_WRITE:
            return self.granted_roots
        temporary = "" if self.exclude_tmpdir else os.environ.get("TMPDIR", "")
        own = (cwd, *self.writable_roots, *((temporary,) if temporary else ()))
        return (*own, *self.granted_roots)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxWords:
    """How a dialect spells a sandbox policy.

    Args:
        modes: The words for the modes, under `type`.
        roots: The member with the folders that may be written to.
        network: The member that says whether the network may be used.
        exclude_tmpdir: The member that says whether `TMPDIR` may not be written to.
        exclude_slash_tmp: The same of `/tmp`, which never may.
        always_network: Whether a read-only policy has the member about the network, too.
    """

    modes: Mapping[str, SandboxMode]
    roots: str
    network: str
    exclude_tmpdir: str
    exclude_slash_tmp: str
    always_network: bool

    def read(self, value: Mapping[str, Any]) -> SandboxPolicy:
        """Take a policy object whose `type` is one of the known modes."""
        return SandboxPolicy(
            mode=self.modes[value["type"]],
            writable_roots=tuple(value.get(self.roots) or ()),
            network=value.get(self.network) is True,
            exclude_tmpdir=value.get(self.exclude_tmpdir) is True,
        )

    def write(self, policy: SandboxPolicy) -> dict[str, Any]:
        """Give the policy object."""
        spelled = next(word for word, mode in self.modes.items() if mode is policy.mode)
        if policy.mode is SandboxMode.WORKSPACE_WRITE:
            return {
                "type": spelled,
                self.roots: list(policy.writable_roots),
                self.network: policy.network,
                self.exclude_tmpdir: policy.exclude_tmpdir,
                self.exclude_slash_tmp: True,
            }
        if policy.confines and self.always_network:
            return {"type": spelled, self.network: policy.network}
        return {"type": spelled}


THREAD_SANDBOX = SandboxWords(
    modes={
        "readOnly": SandboxMode.READ_ONLY,
        "workspaceWrite": SandboxMode.WORKSPACE_WRITE,
        "dangerFullAccess": SandboxMode.DANGER_FULL_ACCESS,
    },
    roots="writableRoots",
    network="networkAccess",
    exclude_tmpdir="excludeTmpdirEnvVar",
    exclude_slash_tmp="excludeSlashTmp",
    always_network=True,
)
"""As app_v2 spells it (Codex app-server schema 0.163.0)."""

CORE_SANDBOX = SandboxWords(
    modes={str(mode): mode for mode in SandboxMode},
    roots="writable_roots",
    network="network_access",
    exclude_tmpdir="exclude_tmpdir_env_var",
    exclude_slash_tmp="exclude_slash_tmp",
    always_network=False,
)
"""As the core's events, app_v1 and mcp spell it (conversations recorded with Codex 0.98.0)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a thread; a turn's overrides stay for the turns after it."""

    cwd: str
    model: str
    approval: ApprovalPolicy
    sandbox: SandboxPolicy
