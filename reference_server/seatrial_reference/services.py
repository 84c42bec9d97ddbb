"""The parts that the server is made of, and one set of them put together for a connection."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial_reference.account.manager import Manager
from seatrial_reference.activity import Activity
from seatrial_reference.approvals import Approvals, RequestIds
from seatrial_reference.execution import Execution
from seatrial_reference.grants import SessionGrants
from seatrial_reference.layers import Layers
from seatrial_reference.patch.files import Files
from seatrial_reference.patch.grants import ChangeGrants
from seatrial_reference.patch.patching import Patching
from seatrial_reference.patch.policy import ChangePolicy
from seatrial_reference.permissions import AskingPermission
from seatrial_reference.permits import Permits
from seatrial_reference.policy import Policy
from seatrial_reference.risk import Assessor
from seatrial_reference.rollout import Rollout
from seatrial_reference.rules import Rules
from seatrial_reference.runner import CommandRunner
from seatrial_reference.sandbox import Sandbox
from seatrial_reference.tool_servers.servers import ToolServers
from seatrial_reference.turn import Turn
from seatrial_reference.user_input import AskingUser
from seatrial_reference.wire import Wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from seatrial_reference.config import Config
    from seatrial_reference.fronts.asking import AskingTools
    from seatrial_reference.fronts.mcp_server import McpServer
    from seatrial_reference.saved.library import Library
    from seatrial_reference.tool_servers.call import ToolCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Which class plays which part."""

    layers: type[Layers] = Layers
    request_ids: type[RequestIds] = RequestIds
    approvals: type[Approvals] = Approvals
    grants: type[SessionGrants] = SessionGrants
    policy: type[Policy] = Policy
    rules: type[Rules] = Rules
    assessor: type[Assessor] = Assessor
    runner: type[CommandRunner] = CommandRunner
    execution: type[Execution] = Execution
    files: type[Files] = Files
    change_policy: type[ChangePolicy] = ChangePolicy
    change_grants: type[ChangeGrants] = ChangeGrants
    patching: type[Patching] = Patching
    permits: type[Permits] = Permits
    asking_permission: type[AskingPermission] = AskingPermission
    asking_user: type[AskingUser] = AskingUser
    account: type[Manager] = Manager
    turn: type[Turn] = Turn
    rollout: type[Rollout] = Rollout
    library: type[Library] | None = None  # None for the usual one, which is imported late
    wire: type[Wire] = Wire
    document: Callable[[], dict[str, Any]] | None = None
    mcp_server: type[McpServer] | None = None  # None for the usual one, which is imported late
    asking: type[AskingTools] | None = None  # the same
    tool_call: type[ToolCall] | None = None  # the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What all turns of a connection share."""

    activity: Activity
    approvals: Approvals
    grants: SessionGrants
    policy: Policy
    rules: Rules
    assessor: Assessor
    runner: CommandRunner
    execution: type[Execution]
    files: Files
    change_policy: ChangePolicy
    change_grants: ChangeGrants
    patching: type[Patching]
    permits: Permits
    asking_permission: type[AskingPermission]
    asking_user: type[AskingUser]
    account: Manager
    tool_servers: ToolServers
    turn: type[Turn]
    rollout: type[Rollout]
    library: type[Library] | None


def assemble(parts: Parts, config: Config) -> Services:
    """Put one set of the parts together."""
    return Services(
        activity=Activity(),
        approvals=parts.approvals(parts.request_ids()),
        grants=parts.grants(),
        policy=parts.policy(),
        rules=parts.rules(config.home),
        assessor=parts.assessor(config),
        runner=parts.runner(Sandbox()),
        execution=parts.execution,
        files=parts.files(),
        change_policy=parts.change_policy(),
        change_grants=parts.change_grants(),
        patching=parts.patching,
        permits=parts.permits(),
        asking_permission=parts.asking_permission,
        asking_user=parts.asking_user,
        account=parts.account(config),
        tool_servers=ToolServers(config.tool_servers, parts.tool_call),
        turn=parts.turn,
        rollout=parts.rollout,
        library=parts.library,
    )
