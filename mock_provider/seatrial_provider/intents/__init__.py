"""Intents: what the scripted model wants to do, without saying in which tool."""

from seatrial_provider.intents.agents import MessageAgent, SpawnAgent, WaitForAgents
from seatrial_provider.intents.asking import AskUser, Option, Question
from seatrial_provider.intents.base import Call, Intent
from seatrial_provider.intents.commands import RunCommand, SendInput
from seatrial_provider.intents.files import (
    ChangeFiles,
    FileChange,
    add_file,
    delete_file,
    update_file,
)
from seatrial_provider.intents.looking import SearchTools, SearchWeb, ViewImage
from seatrial_provider.intents.permissions import Permissions, RequestPermissions
from seatrial_provider.intents.planning import PlanStep, UpdatePlan
from seatrial_provider.intents.raw import Output, RawEvent, RawItem
from seatrial_provider.intents.replaying import Piece, Replay
from seatrial_provider.intents.speech import Refuse, Say, Think
from seatrial_provider.intents.tools import CallMcpTool, CallTool

say = Say
refuse = Refuse
think = Think
run_command = RunCommand
send_input = SendInput
change_files = ChangeFiles
ask_user = AskUser
request_permissions = RequestPermissions
update_plan = UpdatePlan
view_image = ViewImage
search_web = SearchWeb
search_tools = SearchTools
call_tool = CallTool
call_mcp_tool = CallMcpTool
spawn_agent = SpawnAgent
message_agent = MessageAgent
wait_for_agents = WaitForAgents
output = Output
raw_item = RawItem
raw_event = RawEvent
replay = Replay

INTENTS: dict[str, type[Intent]] = {
    intent.spelled(): intent
    for intent in (
        say,
        refuse,
        think,
        run_command,
        send_input,
        change_files,
        ask_user,
        request_permissions,
        update_plan,
        view_image,
        search_web,
        search_tools,
        call_tool,
        call_mcp_tool,
        spawn_agent,
        message_agent,
        wait_for_agents,
        output,
        raw_item,
        raw_event,
        replay,
    )
}
"""Every intent by the name that scripts use."""

__all__ = [
    "INTENTS",
    "AskUser",
    "Call",
    "CallMcpTool",
    "CallTool",
    "ChangeFiles",
    "FileChange",
    "Intent",
    "MessageAgent",
    "Option",
    "Output",
    "Permissions",
    "Piece",
    "PlanStep",
    "Question",
    "RawEvent",
    "RawItem",
    "Refuse",
    "Replay",
    "RequestPermissions",
    "RunCommand",
    "Say",
    "SearchTools",
    "SearchWeb",
    "SendInput",
    "SpawnAgent",
    "Think",
    "UpdatePlan",
    "ViewImage",
    "WaitForAgents",
    "add_file",
    "ask_user",
    "call_mcp_tool",
    "call_tool",
    "change_files",
    "delete_file",
    "message_agent",
    "output",
    "raw_event",
    "raw_item",
    "refuse",
    "replay",
    "request_permissions",
    "run_command",
    "say",
    "search_tools",
    "search_web",
    "send_input",
    "spawn_agent",
    "think",
    "update_file",
    "update_plan",
    "view_image",
    "wait_for_agents",
]
