"""The objects that notifications and answers are made of (Codex app-server schema 0.163.0)."""

from __future__ import annotations

from seatrial_reference import __version__
from seatrial_reference.settings import THREAD_SANDBOX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.commands import Command
    from seatrial_reference.runner import Outcome
    from seatrial_reference.threads import Thread

USAGE_KEYS = {
    "totalTokens": ("total_tokens",),
    "inputTokens": ("input_tokens",),
    "cachedInputTokens": ("input_tokens_details", "cached_tokens"),
    "cacheWriteInputTokens": ("input_tokens_details", "cache_write_tokens"),
    "outputTokens": ("output_tokens",),
    "reasoningOutputTokens": ("output_tokens_details", "reasoning_tokens"),
}


def thread_object(thread: Thread, turns: list[dict[str, Any]]) -> dict[str, Any]:
    """Give a `Thread`; `turns` is empty but where the client asked for them."""
    return {
        "id": thread.id,
        "sessionId": thread.id,
        "forkedFromId": thread.forked_from,
        "parentThreadId": None,
        "preview": thread.preview,
        "ephemeral": thread.ephemeral,
        "projectId": None,
        "modelProvider": thread.provider_name,
        "model": thread.settings.model,
        "reasoningEffort": None,
        "createdAt": thread.created_at,
        "updatedAt": thread.updated_at,
        "recencyAt": thread.updated_at,
        "status": dict(thread.status),
        "path": None if thread.ephemeral else thread.path,
        "cwd": thread.settings.cwd,
        "cliVersion": __version__,
        "originator": thread.originator,
        "source": "appServer",
        "threadSource": None,
        "agentNickname": None,
        "agentRole": None,
        "gitInfo": None,
        "name": None,
        "turns": turns,
    }


def opened(thread: Thread, shown: dict[str, Any]) -> dict[str, Any]:
    """Give the answer to starting, resuming and forking a thread, which holds its `Thread`."""
    settings = thread.settings
    return {
        "thread": shown,
        "model": settings.model,
        "modelProvider": thread.provider_name,
        "serviceTier": None,
        "cwd": settings.cwd,
        "instructionSources": [],
        "approvalPolicy": str(settings.approval),
        "approvalsReviewer": "user",
        "sandbox": THREAD_SANDBOX.write(settings.sandbox),
        "reasoningEffort": None,
    }


def turn_object(
    turn_id: str,
    *,
    status: str = "inProgress",
    items: list[dict[str, Any]] | None = None,
    items_view: str = "notLoaded",
    error: dict[str, Any] | None = None,
    started_at: int | None = None,
    completed_at: int | None = None,
    duration_ms: int | None = None,
) -> dict[str, Any]:
    """Give a `Turn`; times in seconds since the epoch, the duration in milliseconds."""
    return {
        "id": turn_id,
        "rootTurnId": turn_id,
        "items": items or [],
        "itemsView": items_view,
        "status": status,
        "error": error,
        "startedAt": started_at,
        "completedAt": completed_at,
        "durationMs": duration_ms,
    }


def command_item(
    command: Command, *, status: str = "inProgress", outcome: Outcome | None = None
) -> dict[str, Any]:
    """Give a `commandExecution` item; an outcome fills in the output, the code and the time."""
    return {
        "type": "commandExecution",
        "id": command.call_id,
        "pluginId": None,
        "scriptPath": None,
        "command": command.shown,
        "cwd": command.cwd,
        "processId": None,
        "source": "agent",
        "status": status,
        "commandActions": command.actions,
        "aggregatedOutput": None if outcome is None else outcome.output or None,
        "exitCode": None if outcome is None else outcome.exit_code,
        "durationMs": None if outcome is None else outcome.duration_ms,
    }


def message_item(item_id: str, text: str) -> dict[str, Any]:
    """Give an `agentMessage` item."""
    return {
        "type": "agentMessage",
        "id": item_id,
        "text": text,
        "phase": None,
        "memoryCitation": None,
    }


def user_item(item_id: str, texts: list[str]) -> dict[str, Any]:
    """Give a `userMessage` item of text parts."""
    content = [{"type": "text", "text": text, "text_elements": []} for text in texts]
    return {"type": "userMessage", "id": item_id, "clientId": None, "content": content}


def usage_breakdown(usage: Any) -> dict[str, int]:
    """Give the tokens of one reply, from the `usage` object of the Responses API."""
    return {name: _number(usage, path) for name, path in USAGE_KEYS.items()}


def _number(value: Any, path: tuple[str, ...]) -> int:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if type(value) is int else 0
