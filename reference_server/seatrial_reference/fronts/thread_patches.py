"""Patches, permissions and questions in app_v2's words (Codex app-server schema 0.163.0)."""

from __future__ import annotations

from seatrial_reference.ids import now_ms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from seatrial_reference.patch.files import FileChange
    from seatrial_reference.patch.patching import Patch
    from seatrial_reference.permits import Permissions

ASK_PATCH = "item/fileChange/requestApproval"
ASK_PERMISSIONS = "item/permissions/requestApproval"
ASK_USER = "item/tool/requestUserInput"


def patch_item(patch: Patch, status: str = "inProgress") -> dict[str, Any]:
    """Give a `fileChange` item."""
    changes = [_change(change) for change in patch.changes]
    return {"type": "fileChange", "id": patch.call_id, "changes": changes, "status": status}


def patch_params(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give FileChangeRequestApprovalParams; the changes are in the item that started."""
    return {**_where(facts), "reason": facts["reason"], "grantRoot": None}


def permission_params(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give PermissionsRequestApprovalParams."""
    wanted: Permissions = facts["permissions"]
    paths = {"read": wanted.read, "write": wanted.write}
    entries = [
        {"path": {"type": "path", "path": path}, "access": access}
        for access, named in paths.items()
        for path in named
    ]
    files = {**{name: list(named) or None for name, named in paths.items()}, "entries": entries}
    return {
        **_where(facts),
        "cwd": facts["cwd"],
        "reason": facts["reason"],
        "permissions": {
            "network": {"enabled": True} if wanted.network else None,
            "fileSystem": files if entries else None,
        },
    }


def question_params(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give ToolRequestUserInputParams."""
    more = {"isOther": True, "isSecret": False}
    where = _where(facts)
    del where["startedAtMs"]
    return {
        **where,
        "questions": [{**question, **more} for question in facts["questions"]],
        "isBlocking": True,
        "autoResolutionMs": None,
    }


def _change(change: FileChange) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": change.kind}
    if change.kind == "update":
        kind["move_path"] = change.move_to
    return {"path": change.path, "kind": kind, "diff": change.shown}


def _where(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "threadId": facts["thread"],
        "turnId": facts["turn"],
        "itemId": facts["item"],
        "startedAtMs": now_ms(),
    }
