"""The schema of app_v1: conversations, listeners, and the events of Codex's core."""

from __future__ import annotations

from seatrial_reference.schema.words import (
    FLAG,
    TEXT,
    WHOLE,
    each,
    either,
    maybe,
    named,
    one_of,
    optional,
    shape,
    with_optional,
)

REQUESTS = {
    "newConversation": "NewConversationParams",
    "addConversationListener": "AddConversationListenerParams",
    "removeConversationListener": "RemoveConversationListenerParams",
    "sendUserMessage": "SendUserMessageParams",
    "sendUserTurn": "SendUserTurnParams",
    "interruptConversation": "InterruptConversationParams",
    "getUserAgent": "GetUserAgentParams",
}
ASKED = {"execCommandApproval": "ExecCommandApprovalParams"}

RISK = shape(description=TEXT, risk_level=either("low", "medium", "high"))
RUN = shape(
    call_id=TEXT,
    turn_id=TEXT,
    command=each(TEXT),
    cwd=TEXT,
    parsed_cmd=each(named("ParsedCommand")),
    source=either("agent"),
)
ENDED = shape(
    **RUN["properties"],
    stdout=TEXT,
    stderr=TEXT,
    aggregated_output=TEXT,
    exit_code=WHOLE,
    duration=shape(secs=WHOLE, nanos=WHOLE),
    formatted_output=TEXT,
    status=either("completed", "failed", "declined"),
)

EVENTS = {
    "task_started": shape(model_context_window=maybe(WHOLE)),
    "user_message": shape(message=TEXT, images=each(TEXT)),
    "agent_message": shape(message=TEXT),
    "exec_approval_request": with_optional(
        shape(call_id=TEXT, turn_id=TEXT),
        reason=TEXT,
        command=each(TEXT),
        cwd=TEXT,
        parsed_cmd=each(named("ParsedCommand")),
        risk=RISK,
    ),
    "exec_command_begin": RUN,
    "exec_command_end": ENDED,
    "error": shape(message=TEXT),
    "turn_aborted": shape(reason=either("interrupted")),
    "task_complete": shape(last_agent_message=maybe(TEXT)),
}

DEFINITIONS = {
    "ParsedCommand": one_of(
        shape(type=either("read"), cmd=TEXT, name=TEXT, path=TEXT),
        with_optional(shape(type=either("list_files"), cmd=TEXT), path=TEXT),
        shape(type=either("unknown"), cmd=TEXT),
    ),
    "InputItem": one_of(shape(type=either("text"), data=shape(text=TEXT))),
    "CoreSandboxPolicy": with_optional(
        shape(type=named("SandboxMode")), writable_roots=each(TEXT), network_access=FLAG
    ),
    "NewConversationParams": optional(
        cwd=TEXT,
        model=TEXT,
        modelProvider=TEXT,
        approvalPolicy=named("Policy"),
        sandbox=named("SandboxMode"),
        baseInstructions=TEXT,
        developerInstructions=TEXT,
        ephemeral=FLAG,
    ),
    "NewConversationResponse": shape(
        conversationId=TEXT, model=TEXT, reasoningEffort=maybe(TEXT), rolloutPath=TEXT
    ),
    "AddConversationListenerParams": shape(conversationId=TEXT),
    "AddConversationListenerResponse": shape(subscriptionId=TEXT),
    "RemoveConversationListenerParams": shape(subscriptionId=TEXT),
    "RemoveConversationListenerResponse": named("Empty"),
    "SendUserMessageParams": shape(conversationId=TEXT, items=each(named("InputItem"))),
    "SendUserMessageResponse": named("Empty"),
    "SendUserTurnParams": with_optional(
        shape(conversationId=TEXT, items=each(named("InputItem"))),
        cwd=TEXT,
        model=TEXT,
        approvalPolicy=named("Policy"),
        sandboxPolicy=named("CoreSandboxPolicy"),
    ),
    "SendUserTurnResponse": named("Empty"),
    "InterruptConversationParams": shape(conversationId=TEXT),
    "InterruptConversationResponse": shape(abortReason=either("interrupted")),
    "GetUserAgentParams": optional(),
    "GetUserAgentResponse": shape(userAgent=TEXT),
    "ExecCommandApprovalParams": with_optional(
        shape(conversationId=TEXT, callId=TEXT),
        command=each(TEXT),
        cwd=TEXT,
        reason=TEXT,
        parsedCmd=each(named("ParsedCommand")),
        risk=RISK,
    ),
    "ExecCommandApprovalResponse": shape(
        decision=either("approved", "approved_for_session", "denied", "abort")
    ),
}
