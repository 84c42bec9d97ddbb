"""The parts that the server is made of, and one set of them put together for a connection."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial_reference.activity import Activity
from seatrial_reference.approvals import Approvals, RequestIds
from seatrial_reference.execution import Execution
from seatrial_reference.grants import SessionGrants
from seatrial_reference.policy import Policy
from seatrial_reference.runner import CommandRunner
from seatrial_reference.sandbox import Sandbox
from seatrial_reference.turn import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Which class plays which part."""

    request_ids: type[RequestIds] = RequestIds
    approvals: type[Approvals] = Approvals
    grants: type[SessionGrants] = SessionGrants
    policy: type[Policy] = Policy
    runner: type[CommandRunner] = CommandRunner
    execution: type[Execution] = Execution
    turn: type[Turn] = Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What all turns of a connection share."""

    activity: Activity
    approvals: Approvals
    grants: SessionGrants
    policy: Policy
    runner: CommandRunner
    execution: type[Execution]
    turn: type[Turn]


def assemble(parts: Parts) -> Services:
    """Put one set of the parts together."""
    return Services(
        activity=Activity(),
        approvals=parts.approvals(parts.request_ids()),
        grants=parts.grants(),
        policy=parts.policy(),
        runner=parts.runner(Sandbox()),
        execution=parts.execution,
        turn=parts.turn,
    )
