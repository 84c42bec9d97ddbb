"""A request of the model's for permissions: read, put to the client, granted in part or whole."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

from seatrial_reference.arguments import BadCall, is_passable, read_arguments, require, take
from seatrial_reference.config import ApprovalPolicy
from seatrial_reference.inquiry import Inquiry
from seatrial_reference.permits import Permissions, Permit
from seatrial_reference.wish import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.wish import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionRequest:
    """What the model asks for, and why."""

    call_id: str
    wanted: Permissions
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What the client granted, and whether for the whole session."""

    granted: Permissions
    for_session: bool

    @property
    def scope(self) -> str:
        """How long it holds, as Codex spells it."""
        return "session" if self.for_session else "turn"


def read_request(call_id: str, arguments: str) -> PermissionRequest:
    """Read the arguments of a call of `request_permissions` (tool of Codex 0.163.0).

    Raises:
        BadCall: They are not what the tool takes.
    """
    given = read_arguments(arguments)
    asked = require(given, "permissions", dict)
    wanted = read_permissions(asked, take(asked, "file_system", dict) or {})
    if wanted == Permissions():
        raise BadCall("failed to parse function arguments: no permission is asked for")
    return PermissionRequest(call_id=call_id, wanted=wanted, reason=take(given, "reason", str))


def read_permissions(given: dict[str, Any], files: dict[str, Any]) -> Permissions:
    """Read permissions, as tools and as clients write them; what is no absolute path is left out.

    Args:
        given: The permissions.
        files: The member of them that is about files.
    """
    network = given.get("network")
    return Permissions(
        read=_paths(files, "read"),
        write=_paths(files, "write"),
        network=isinstance(network, dict) and network.get("enabled") is True,
    )


def _paths(files: dict[str, Any], access: str) -> tuple[str, ...]:
    """Give the paths of one access: those under its name, and those of the entries."""
    listed = files.get(access)
    entries = files.get("entries")
    named = [
        entry.get("path", {}).get("path")
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict)
        and entry.get("access") == access
        and isinstance(entry.get("path"), dict)
    ]
    paths = [*(listed if isinstance(listed, list) else ()), *named]
    usable = [path for path in paths if isinstance(path, str) and is_passable(path)]
    return tuple(dict.fromkeys(os.path.normpath(p) for p in usable if os.path.isabs(p)))  # noqa: PTH117


class AskingPermission(Inquiry):
    """The way of one call that asks for permissions.

    Args:
        request: What is asked for.
        around: The turn it belongs to.
    """

    flag = "waitingOnApproval"

    def __init__(self, request: PermissionRequest, around: Surroundings) -> None:
        super().__init__(request.call_id, around)
        self.request = request

    def perform(self) -> Result:
        """Go the whole way; under `never` nothing is asked, and nothing granted.

        Raises:
            TurnInterrupted: The turn was interrupted while the request was open.
        """
        if self.around.settings.approval is ApprovalPolicy.NEVER:
            return Result(output=self.tell(Grant(granted=Permissions(), for_session=False)))
        return super().perform()

    def facts(self) -> dict[str, Any]:
        """Give what is asked for, why, and the folder of the turn."""
        return {
            "cwd": self.around.settings.cwd,
            "reason": self.request.reason,
            "permissions": self.request.wanted,
        }

    def put(self, request_id: int, facts: dict[str, Any]) -> None:
        """Ask for the permissions."""
        self.around.events.permissions_asked(request_id, facts)

    def take(self, answer: dict[str, Any]) -> Grant:
        """Take the grant: never more than was asked for, and for the turn unless it says more."""
        given = answer.get("permissions")
        given = given if isinstance(given, dict) else {}
        files = given.get("fileSystem")
        said = read_permissions(given, files if isinstance(files, dict) else {})
        return Grant(granted=self.granted(said), for_session=answer.get("scope") == "session")

    def granted(self, said: Permissions) -> Permissions:
        """Give the part of what the client said that was asked for."""
        return said.within(self.request.wanted)

    def keep(self, taken: Grant) -> None:
        """Let the grant hold: for this turn, or for the thread."""
        turn_id = None if taken.for_session else self.around.control.turn_id
        permit = Permit(thread_id=self.around.thread_id, turn_id=turn_id, granted=taken.granted)
        self.around.services.permits.add(permit)

    def tell(self, taken: Grant) -> str:
        """Tell the model what was granted, as Codex 0.163.0 does."""
        return json.dumps({"permissions": told(taken.granted), "scope": taken.scope})


def told(granted: Permissions) -> dict[str, Any]:
    """Give permissions as the model is told of them."""
    files = {"read": list(granted.read), "write": list(granted.write)}
    named = {access: paths for access, paths in files.items() if paths}
    return {
        "network": {"enabled": True} if granted.network else None,
        "file_system": named or None,
    }
