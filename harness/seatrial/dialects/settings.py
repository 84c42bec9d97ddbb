"""What a server reports of a conversation's settings, under the port's names.

Source of the spellings: Codex app-server schemas 0.65.0, 0.98.0 and 0.163.0, and conversations
recorded with 0.42.0 to 0.163.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seatrial.dialects.port import Sandbox

__all__ = ["CORE", "TALK", "THREAD", "Path", "reported"]

Path = tuple[str, ...]

THREAD: Mapping[str, Path] = {
    "model": ("model",),
    "provider": ("modelProvider",),
    "cwd": ("cwd",),
    "policy": ("approvalPolicy",),
    "sandbox": ("sandbox",),
    "effort": ("reasoningEffort",),
    "path": ("thread", "path"),
}
"""ThreadStartResponse, ThreadResumeResponse and ThreadForkResponse."""

TALK: Mapping[str, Path] = {
    "model": ("model",),
    "effort": ("reasoningEffort",),
    "path": ("rolloutPath",),
}
"""NewConversationResponse, ResumeConversationResponse and SessionConfiguredNotification."""

CORE: Mapping[str, Path] = {
    "model": ("model",),
    "provider": ("model_provider_id",),
    "cwd": ("cwd",),
    "policy": ("approval_policy",),
    "sandbox": ("sandbox_policy",),
    "effort": ("reasoning_effort",),
    "path": ("rollout_path",),
}
"""The core's event `session_configured`."""

_MODES = {
    "readOnly": Sandbox.READ_ONLY,
    "workspaceWrite": Sandbox.WORKSPACE_WRITE,
    "dangerFullAccess": Sandbox.FULL_ACCESS,
}


def reported(result: Any, spelling: Mapping[str, Path], words: Mapping[str, str]) -> dict[str, Any]:
    """Returns the settings that a result reports; one that it does not name is not in there.

    A policy and a sandbox mode are given in the port's words, whatever the server's spelling.

    Args:
        result: What the server sent.
        spelling: Where each of the port's names is found in it.
        words: How the server spells policies and sandbox modes, where it differs.
    """
    ours = {theirs: word for word, theirs in words.items()}
    found: dict[str, Any] = {}
    for name, path in spelling.items():
        holder = result
        for step in path[:-1]:
            holder = holder.get(step) if isinstance(holder, dict) else None
        if isinstance(holder, dict) and path[-1] in holder:
            found[name] = _plain(name, holder[path[-1]], ours)
    return found


def _plain(name: str, value: Any, ours: Mapping[str, str]) -> Any:
    if name == "sandbox" and isinstance(value, dict):
        value = value.get("type", value.get("mode"))
    if isinstance(value, str) and name in {"policy", "sandbox"}:
        return str(_MODES.get(value, ours.get(value, value)))
    return value
