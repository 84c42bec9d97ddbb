"""What the model can wish for: the tools that it is offered, and who does what each is for."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial_reference import tool_specs
from seatrial_reference.arguments import BadCall
from seatrial_reference.tool_servers.servers import PREFIX
from seatrial_reference.wish import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from seatrial_reference.events import TurnEvents
    from seatrial_reference.wish import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that the model is offered.

    Args:
        spec: What the model is told of it.
        perform: Does what a call wishes, of its id and the text of its arguments.
    """

    spec: dict[str, Any]
    perform: Callable[[str, str, Surroundings], Result]


def offered(events: TurnEvents) -> tuple[dict[str, Any], ...]:
    """Give the tools that a client with this voice has words for, as the model is told of them."""
    return tuple(TOOLS[name].spec for name in events.tools)


def perform(call: dict[str, Any], around: Surroundings) -> Result:
    """Do one thing that the model wishes; a call that is no good is told to the model."""
    name, call_id = str(call.get("name")), str(call.get("call_id") or "")
    arguments = str(call.get("arguments", ""))
    try:
        if call["type"] == "function_call" and call_id and name in around.events.tools:
            return TOOLS[name].perform(call_id, arguments, around)
        if call["type"] == "function_call" and call_id and name.startswith(PREFIX):
            return around.services.tool_servers.perform(name, call_id, arguments, around)
        return Result(output=f"unsupported call: {name}")
    except BadCall as error:
        return Result(output=str(error))


def _exec_command(call_id: str, arguments: str, around: Surroundings) -> Result:
    from seatrial_reference.commands import read_call

    command = read_call(call_id, arguments, cwd=around.settings.cwd)
    return around.services.execution(command, around).perform()


def _apply_patch(call_id: str, arguments: str, around: Surroundings) -> Result:
    from seatrial_reference.patch.patching import read_patch

    return around.services.patching(read_patch(call_id, arguments, around), around).perform()


def _request_permissions(call_id: str, arguments: str, around: Surroundings) -> Result:
    from seatrial_reference.permissions import read_request

    return around.services.asking_permission(read_request(call_id, arguments), around).perform()


def _request_user_input(call_id: str, arguments: str, around: Surroundings) -> Result:
    from seatrial_reference.user_input import read_questions

    return around.services.asking_user(read_questions(call_id, arguments), around).perform()


TOOLS: dict[str, Tool] = {
    tool.spec["name"]: tool
    for tool in (
        Tool(spec=tool_specs.EXEC_COMMAND, perform=_exec_command),
        Tool(spec=tool_specs.APPLY_PATCH, perform=_apply_patch),
        Tool(spec=tool_specs.REQUEST_PERMISSIONS, perform=_request_permissions),
        Tool(spec=tool_specs.REQUEST_USER_INPUT, perform=_request_user_input),
    )
}
