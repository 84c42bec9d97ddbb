"""The schema of saved conversations: resumed, listed, archived, forked, rolled back."""

from __future__ import annotations

from seatrial_reference.schema.words import (
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
    "thread/resume": "v2/ThreadResumeParams",
    "thread/list": "v2/ThreadListParams",
    "thread/read": "v2/ThreadReadParams",
    "thread/archive": "v2/ThreadArchiveParams",
    "thread/unarchive": "v2/ThreadUnarchiveParams",
    "thread/fork": "v2/ThreadForkParams",
    "thread/rollback": "v2/ThreadRollbackParams",
    "resumeConversation": "ResumeConversationParams",
    "listConversations": "ListConversationsParams",
    "archiveConversation": "ArchiveConversationParams",
    "forkConversation": "ForkConversationParams",
}
TOLD = {
    "thread/archived": "v2/ThreadArchivedNotification",
    "thread/unarchived": "v2/ThreadUnarchivedNotification",
    "sessionConfigured": "SessionConfiguredNotification",
}

ONE = shape(threadId=TEXT)
OPENED = named("v2/ThreadStartResponse")
THREAD = shape(thread=named("v2/Thread"))
TOLD_AGAIN = {
    "model": TEXT,
    "initialMessages": each(
        one_of(
            shape(type=either("user_message"), message=TEXT),
            shape(type=either("agent_message"), message=TEXT),
        )
    ),
    "rolloutPath": TEXT,
}
NAMED = optional(conversationId=TEXT, path=TEXT, overrides=named("NewConversationParams"))

DEFINITIONS = {
    "v2/ThreadResumeParams": with_optional(
        shape(threadId=TEXT),
        path=TEXT,
        cwd=TEXT,
        model=TEXT,
        approvalPolicy=named("Policy"),
        sandbox=named("SandboxMode"),
    ),
    "v2/ThreadResumeResponse": OPENED,
    "v2/ThreadListParams": optional(limit=WHOLE, cursor=TEXT, archived=FLAG),
    "v2/ThreadListResponse": shape(
        data=each(named("v2/Thread")), nextCursor=maybe(TEXT), backwardsCursor=maybe(TEXT)
    ),
    "v2/ThreadReadParams": with_optional(ONE, includeTurns=FLAG),
    "v2/ThreadReadResponse": THREAD,
    "v2/ThreadArchiveParams": ONE,
    "v2/ThreadArchiveResponse": named("Empty"),
    "v2/ThreadUnarchiveParams": ONE,
    "v2/ThreadUnarchiveResponse": THREAD,
    "v2/ThreadForkParams": with_optional(ONE, path=TEXT, lastTurnId=TEXT),
    "v2/ThreadForkResponse": OPENED,
    "v2/ThreadRollbackParams": shape(threadId=TEXT, numTurns=WHOLE),
    "v2/ThreadRollbackResponse": THREAD,
    "v2/ThreadArchivedNotification": ONE,
    "v2/ThreadUnarchivedNotification": ONE,
    "ResumeConversationParams": NAMED,
    "ResumeConversationResponse": shape(conversationId=TEXT, **TOLD_AGAIN),
    "ForkConversationParams": NAMED,
    "ForkConversationResponse": shape(conversationId=TEXT, **TOLD_AGAIN),
    "ArchiveConversationParams": shape(conversationId=TEXT, rolloutPath=TEXT),
    "ArchiveConversationResponse": named("Empty"),
    "ListConversationsParams": optional(pageSize=WHOLE, cursor=TEXT),
    "ListConversationsResponse": shape(
        items=each(named("ConversationSummary")), nextCursor=maybe(TEXT)
    ),
    "ConversationSummary": shape(
        conversationId=TEXT,
        path=TEXT,
        preview=TEXT,
        timestamp=TEXT,
        updatedAt=TEXT,
        modelProvider=TEXT,
        cwd=TEXT,
        cliVersion=TEXT,
        source=either("appServer"),
        gitInfo=NOTHING,
    ),
    "SessionConfiguredNotification": shape(
        sessionId=TEXT,
        historyLogId=WHOLE,
        historyEntryCount=WHOLE,
        reasoningEffort=maybe(TEXT),
        **TOLD_AGAIN,
    ),
}
