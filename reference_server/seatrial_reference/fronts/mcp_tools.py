"""The tools that the MCP server offers: their names, their parameters, what comes of a call."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TEXT = {"type": "string"}

CODEX: dict[str, Any] = {
    "name": "codex",
    "title": "Agent",
    "description": "Begin a session with the agent: it works on the prompt to the end.",
    "inputSchema": {
        "type": "object",
        "properties": {
            "prompt": {**_TEXT, "description": "What the agent is to do."},
            "cwd": {**_TEXT, "description": "The folder it works in; the server's by default."},
            "model": {**_TEXT, "description": "The model; the configuration's by default."},
            "approval-policy": {
                **_TEXT,
                "enum": ["untrusted", "on-failure", "on-request", "never"],
                "description": "When you are asked before a command runs.",
            },
            "sandbox": {
                **_TEXT,
                "enum": ["read-only", "workspace-write", "danger-full-access"],
                "description": "What commands may touch unasked.",
            },
            "base-instructions": {**_TEXT, "description": "What the model is told to be."},
            "developer-instructions": {**_TEXT, "description": "What you add to that."},
            "config": {
                "type": "object",
                "description": "Settings as config.toml has them: model, model_provider, "
                "approval_policy, sandbox_mode.",
            },
        },
        "required": ["prompt"],
    },
}
"""Begins a session; the parameters are those of Codex 0.98.0 that have an effect here."""

REPLY: dict[str, Any] = {
    "name": "codex-reply",
    "title": "Reply to the agent",
    "description": "Go on with a session that an earlier call began.",
    "inputSchema": {
        "type": "object",
        "properties": {
            "prompt": {**_TEXT, "description": "What you answer, or what it is to do next."},
            "threadId": {**_TEXT, "description": "The session, as the call that began it says."},
            "conversationId": {**_TEXT, "description": "The same; deprecated."},
            "sessionId": {**_TEXT, "description": "The same; deprecated."},
        },
        "required": ["prompt"],
    },
}
"""Goes on with a session, under the name that 0.98.0, 0.65.0 or 0.20.0 have for it."""

SETTINGS = {
    "model": "model",
    "model_provider": "model-provider",
    "approval_policy": "approval-policy",
    "sandbox_mode": "sandbox",
}
"""What a call may give under `config`, and the argument that says the same and wins."""

SESSION_NAMES = ("threadId", "conversationId", "sessionId")
TOOLS = {"codex": CODEX, "codex-reply": REPLY}


def tool_result(text: str, *, session: str | None = None, failed: bool = False) -> dict[str, Any]:
    """Give the result of a call (Model Context Protocol 2025-06-18, CallToolResult).

    Args:
        text: What the agent said last, or what went wrong.
        session: The session, once there is one.
        failed: Whether the call failed.
    """
    result: dict[str, Any] = {"content": [{"type": "text", "text": text}]}
    if session is not None:
        result["structuredContent"] = {"threadId": session, "content": text}
    return {**result, "isError": True} if failed else result
