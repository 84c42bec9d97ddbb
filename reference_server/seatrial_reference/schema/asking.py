"""The schema of what app-server asks about besides commands: patches, permissions, questions."""

from __future__ import annotations

from seatrial_reference.schema.words import (
    ANY,
    EMPTY,
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

ASKED = {
    "item/fileChange/requestApproval": "v2/FileChangeRequestApprovalParams",
    "item/permissions/requestApproval": "v2/PermissionsRequestApprovalParams",
    "item/tool/requestUserInput": "v2/ToolRequestUserInputParams",
    "mcpServer/elicitation/request": "v2/McpServerElicitationRequestParams",
    "applyPatchApproval": "ApplyPatchApprovalParams",
}

CALLED = {"call_id": TEXT, "turn_id": TEXT}
CHANGES = {"type": "object", "additionalProperties": named("FileChange")}

EVENTS = {
    "apply_patch_approval_request": with_optional(
        shape(**CALLED, changes=CHANGES), reason=TEXT, grant_root=TEXT
    ),
    "patch_apply_begin": shape(**CALLED, auto_approved=FLAG, changes=CHANGES),
    "patch_apply_end": shape(**CALLED, stdout=TEXT, stderr=TEXT, success=FLAG, changes=CHANGES),
}

PLACE = {"threadId": TEXT, "turnId": TEXT, "itemId": TEXT}
ASKING = {**PLACE, "startedAtMs": WHOLE}

DEFINITIONS = {
    "FileChange": one_of(
        shape(type=either("add"), content=TEXT),
        shape(type=either("delete"), content=TEXT),
        with_optional(shape(type=either("update"), unified_diff=TEXT), move_path=TEXT),
    ),
    "ApplyPatchApprovalParams": with_optional(
        shape(conversationId=TEXT, callId=TEXT, fileChanges=CHANGES), reason=TEXT, grantRoot=TEXT
    ),
    "ApplyPatchApprovalResponse": named("ExecCommandApprovalResponse"),
    "v2/FileChangeItem": shape(
        type=either("fileChange"),
        id=TEXT,
        changes=each(shape(path=TEXT, kind=named("v2/PatchChangeKind"), diff=TEXT)),
        status=named("v2/ItemStatus"),
    ),
    "v2/PatchChangeKind": one_of(
        shape(type=either("add")),
        shape(type=either("delete")),
        with_optional(shape(type=either("update")), move_path=TEXT),
    ),
    "v2/McpToolCallItem": shape(
        type=either("mcpToolCall"),
        id=TEXT,
        server=TEXT,
        tool=TEXT,
        status=either("inProgress", "completed", "failed"),
        arguments=ANY,
        appContext=NOTHING,
        mcpAppUi=NOTHING,
        pluginId=NOTHING,
        readOnlyHint=NOTHING,
        result=maybe(ANY),
        error=maybe(shape(message=TEXT)),
        durationMs=maybe(WHOLE),
    ),
    "v2/FileChangeRequestApprovalParams": with_optional(
        shape(**ASKING), reason=TEXT, grantRoot=TEXT
    ),
    "v2/FileChangeRequestApprovalResponse": shape(
        decision=either("accept", "acceptForSession", "decline", "cancel")
    ),
    "v2/Permissions": optional(
        network=shape(enabled=FLAG),
        fileSystem=with_optional(
            shape(entries=each(shape(path=ANY, access=either("read", "write")))),
            read=each(TEXT),
            write=each(TEXT),
        ),
    ),
    "v2/PermissionsRequestApprovalParams": with_optional(
        shape(**ASKING, cwd=TEXT, permissions=named("v2/Permissions")), reason=TEXT
    ),
    "v2/PermissionsRequestApprovalResponse": with_optional(
        shape(permissions=named("v2/Permissions")), scope=either("turn", "session")
    ),
    "v2/ToolRequestUserInputParams": with_optional(
        shape(**PLACE, questions=each(named("v2/Question")), isBlocking=FLAG),
        autoResolutionMs=WHOLE,
    ),
    "v2/Question": with_optional(
        shape(id=TEXT, header=TEXT, question=TEXT, isOther=FLAG, isSecret=FLAG),
        options=each(shape(label=TEXT, description=TEXT)),
    ),
    "v2/ToolRequestUserInputResponse": shape(
        answers={"type": "object", "additionalProperties": shape(answers=each(TEXT))}
    ),
    "v2/McpServerElicitationRequestParams": with_optional(
        shape(threadId=TEXT, serverName=TEXT, mode=TEXT, message=TEXT),
        turnId=TEXT,
        _meta=ANY,
        requestedSchema=EMPTY,
        url=TEXT,
        elicitationId=TEXT,
    ),
    "v2/McpServerElicitationRequestResponse": with_optional(
        shape(action=either("accept", "decline", "cancel")), content=ANY, _meta=ANY
    ),
}
