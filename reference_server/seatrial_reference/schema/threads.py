"""The schema of app_v2: threads, turns, items, and the approval of a command."""

from __future__ import annotations

from seatrial_reference.schema.words import (
    ANY,
    FLAG,
    NOTHING,
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
    "thread/start": "v2/ThreadStartParams",
    "thread/loaded/list": "v2/ThreadLoadedListParams",
    "turn/start": "v2/TurnStartParams",
    "turn/interrupt": "v2/TurnInterruptParams",
}
ASKED = {"item/commandExecution/requestApproval": "v2/CommandExecutionRequestApprovalParams"}
TOLD = {
    "thread/started": "v2/ThreadStartedNotification",
    "thread/status/changed": "v2/ThreadStatusChangedNotification",
    "thread/tokenUsage/updated": "v2/ThreadTokenUsageUpdatedNotification",
    "turn/started": "v2/TurnStartedNotification",
    "turn/completed": "v2/TurnCompletedNotification",
    "item/started": "v2/ItemStartedNotification",
    "item/completed": "v2/ItemCompletedNotification",
    "item/agentMessage/delta": "v2/AgentMessageDeltaNotification",
    "item/commandExecution/outputDelta": "v2/CommandExecutionOutputDeltaNotification",
    "serverRequest/resolved": "v2/ServerRequestResolvedNotification",
    "error": "v2/ErrorNotification",
}

DELTA = shape(threadId=TEXT, turnId=TEXT, itemId=TEXT, delta=TEXT)
TOKENS = (
    "totalTokens",
    "inputTokens",
    "cachedInputTokens",
    "cacheWriteInputTokens",
    "outputTokens",
    "reasoningOutputTokens",
)
SETTINGS = optional(cwd=TEXT, model=TEXT, approvalPolicy=named("Policy"))

DEFINITIONS = {
    "v2/Thread": shape(
        id=TEXT,
        sessionId=TEXT,
        forkedFromId=maybe(TEXT),
        parentThreadId=maybe(TEXT),
        preview=TEXT,
        ephemeral=FLAG,
        projectId=maybe(TEXT),
        modelProvider=TEXT,
        model=TEXT,
        reasoningEffort=maybe(TEXT),
        createdAt=WHOLE,
        updatedAt=WHOLE,
        recencyAt=WHOLE,
        status=named("v2/ThreadStatus"),
        path=maybe(TEXT),
        cwd=TEXT,
        cliVersion=TEXT,
        originator=TEXT,
        source=either("appServer"),
        threadSource=maybe(TEXT),
        agentNickname=maybe(TEXT),
        agentRole=maybe(TEXT),
        gitInfo=NOTHING,
        name=maybe(TEXT),
        turns=each(named("v2/Turn")),
    ),
    "v2/ThreadStatus": one_of(
        shape(type=either("notLoaded")),
        shape(type=either("idle")),
        shape(type=either("active"), activeFlags=each(TEXT)),
    ),
    "v2/Turn": shape(
        id=TEXT,
        rootTurnId=maybe(TEXT),
        items=each(named("v2/ThreadItem")),
        itemsView=either("notLoaded", "summary", "full"),
        status=either("inProgress", "completed", "interrupted", "failed"),
        error=maybe(named("v2/TurnError")),
        startedAt=maybe(WHOLE),
        completedAt=maybe(WHOLE),
        durationMs=maybe(WHOLE),
    ),
    "v2/TurnError": shape(message=TEXT, codexErrorInfo=ANY, additionalDetails=maybe(TEXT)),
    "v2/UserInput": one_of(
        with_optional(shape(type=either("text"), text=TEXT), text_elements=each(ANY)),
    ),
    "v2/ThreadItem": one_of(
        shape(
            type=either("userMessage"),
            id=TEXT,
            clientId=maybe(TEXT),
            content=each(named("v2/UserInput")),
        ),
        shape(
            type=either("agentMessage"),
            id=TEXT,
            text=TEXT,
            phase=maybe(TEXT),
            memoryCitation=NOTHING,
        ),
        shape(
            type=either("commandExecution"),
            id=TEXT,
            pluginId=maybe(TEXT),
            scriptPath=maybe(TEXT),
            command=TEXT,
            cwd=TEXT,
            processId=maybe(TEXT),
            source=either("agent"),
            status=named("v2/ItemStatus"),
            commandActions=each(named("v2/CommandAction")),
            aggregatedOutput=maybe(TEXT),
            exitCode=maybe(WHOLE),
            durationMs=maybe(WHOLE),
        ),
        named("v2/FileChangeItem"),
        named("v2/McpToolCallItem"),
    ),
    "v2/ItemStatus": either("inProgress", "completed", "failed", "declined"),
    "v2/CommandAction": one_of(
        shape(type=either("read"), command=TEXT, name=TEXT, path=TEXT),
        with_optional(shape(type=either("listFiles"), command=TEXT), path=TEXT),
        shape(type=either("unknown"), command=TEXT),
    ),
    "v2/SandboxPolicy": one_of(
        shape(type=either("readOnly"), networkAccess=FLAG),
        shape(
            type=either("workspaceWrite"),
            writableRoots=each(TEXT),
            networkAccess=FLAG,
            excludeTmpdirEnvVar=FLAG,
            excludeSlashTmp=FLAG,
        ),
        shape(type=either("dangerFullAccess")),
    ),
    "v2/ThreadStartParams": with_optional(
        SETTINGS,
        modelProvider=TEXT,
        sandbox=named("SandboxMode"),
        baseInstructions=TEXT,
        developerInstructions=TEXT,
        ephemeral=FLAG,
    ),
    "v2/ThreadStartResponse": shape(
        thread=named("v2/Thread"),
        model=TEXT,
        modelProvider=TEXT,
        serviceTier=maybe(TEXT),
        cwd=TEXT,
        instructionSources=each(TEXT),
        approvalPolicy=named("Policy"),
        approvalsReviewer=either("user"),
        sandbox=named("v2/SandboxPolicy"),
        reasoningEffort=maybe(TEXT),
    ),
    "v2/ThreadLoadedListParams": optional(),
    "v2/ThreadLoadedListResponse": shape(data=each(TEXT), nextCursor=maybe(TEXT)),
    "v2/TurnStartParams": with_optional(
        shape(threadId=TEXT, input=each(named("v2/UserInput"))),
        cwd=TEXT,
        model=TEXT,
        approvalPolicy=named("Policy"),
        sandboxPolicy=named("v2/SandboxPolicy"),
    ),
    "v2/TurnStartResponse": shape(turn=named("v2/Turn")),
    "v2/TurnInterruptParams": shape(threadId=TEXT, turnId=TEXT),
    "v2/TurnInterruptResponse": named("Empty"),
    "v2/CommandExecutionRequestApprovalParams": with_optional(
        shape(threadId=TEXT, turnId=TEXT, itemId=TEXT, startedAtMs=WHOLE),
        kind=either("command"),
        reason=TEXT,
        command=TEXT,
        cwd=TEXT,
        commandActions=each(named("v2/CommandAction")),
        availableDecisions=each(ANY),
        proposedExecpolicyAmendment=each(TEXT),
        risk=shape(description=TEXT, riskLevel=either("low", "medium", "high")),
    ),
    "v2/CommandExecutionRequestApprovalResponse": shape(
        decision=either("accept", "acceptForSession", "decline", "cancel")
    ),
    "v2/ThreadStartedNotification": shape(thread=named("v2/Thread")),
    "v2/ThreadStatusChangedNotification": shape(threadId=TEXT, status=named("v2/ThreadStatus")),
    "v2/TokenUsageBreakdown": shape(**dict.fromkeys(TOKENS, WHOLE)),
    "v2/ThreadTokenUsage": shape(
        total=named("v2/TokenUsageBreakdown"),
        last=named("v2/TokenUsageBreakdown"),
        modelContextWindow=maybe(WHOLE),
    ),
    "v2/ThreadTokenUsageUpdatedNotification": shape(
        threadId=TEXT, turnId=TEXT, tokenUsage=named("v2/ThreadTokenUsage")
    ),
    "v2/TurnStartedNotification": shape(threadId=TEXT, turn=named("v2/Turn")),
    "v2/TurnCompletedNotification": shape(threadId=TEXT, turn=named("v2/Turn")),
    "v2/ItemStartedNotification": shape(
        threadId=TEXT, turnId=TEXT, item=named("v2/ThreadItem"), startedAtMs=WHOLE
    ),
    "v2/ItemCompletedNotification": shape(
        threadId=TEXT, turnId=TEXT, item=named("v2/ThreadItem"), completedAtMs=WHOLE
    ),
    "v2/AgentMessageDeltaNotification": DELTA,
    "v2/CommandExecutionOutputDeltaNotification": DELTA,
    "v2/ServerRequestResolvedNotification": shape(threadId=TEXT, requestId=named("RequestId")),
    "v2/ErrorNotification": shape(
        threadId=TEXT, turnId=TEXT, error=named("v2/TurnError"), willRetry=FLAG
    ),
}
