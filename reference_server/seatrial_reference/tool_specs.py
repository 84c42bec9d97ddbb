"""The tools that the model is offered, as it is told of them: names and parameters."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TEXT = {"type": "string"}
EXEC_COMMAND: dict[str, Any] = {
    "name": "exec_command",
    "description": "Run a command in a shell and return its output.",
    "strict": False,
    "parameters": {
        "type": "object",
        "properties": {
            "cmd": {**_TEXT, "description": "The command line."},
            "workdir": {**_TEXT, "description": "The folder to run in; the turn's by default."},
            "login": {"type": "boolean", "description": "Use a login shell; true by default."},
            "yield_time_ms": {"type": "number", "description": "Accepted; has no effect here."},
            "sandbox_permissions": {
                **_TEXT,
                "enum": ["use_default", "require_escalated"],
                "description": "Ask to run without the sandbox with require_escalated.",
            },
            "justification": {
                **_TEXT,
                "description": "The question to put to the user, with require_escalated.",
            },
        },
        "required": ["cmd"],
        "additionalProperties": False,
    },
}

APPLY_PATCH: dict[str, Any] = {
    "name": "apply_patch",
    "description": "Add, update, move and delete files, all in one patch.",
    "strict": False,
    "parameters": {
        "type": "object",
        "properties": {"input": {**_TEXT, "description": "The patch, from *** Begin Patch on."}},
        "required": ["input"],
        "additionalProperties": False,
    },
}

_PATHS = {"type": "array", "items": _TEXT}
REQUEST_PERMISSIONS: dict[str, Any] = {
    "name": "request_permissions",
    "description": "Ask the user for more than the sandbox allows, for the rest of the turn.",
    "strict": False,
    "parameters": {
        "type": "object",
        "properties": {
            "reason": {**_TEXT, "description": "Why, in words for the user."},
            "permissions": {
                "type": "object",
                "properties": {
                    "network": {"type": "object", "properties": {"enabled": {"type": "boolean"}}},
                    "file_system": {
                        "type": "object",
                        "properties": {"read": _PATHS, "write": _PATHS},
                    },
                },
            },
        },
        "required": ["permissions"],
        "additionalProperties": False,
    },
}

_OPTION = {
    "type": "object",
    "properties": {"label": _TEXT, "description": _TEXT},
    "required": ["label", "description"],
}
REQUEST_USER_INPUT: dict[str, Any] = {
    "name": "request_user_input",
    "description": "Put questions to the user, and wait for the answers.",
    "strict": False,
    "parameters": {
        "type": "object",
        "properties": {
            "questions": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "id": {**_TEXT, "description": "The name of the answer."},
                        "header": {**_TEXT, "description": "A few words above the question."},
                        "question": _TEXT,
                        "options": {"type": "array", "items": _OPTION},
                    },
                    "required": ["id", "header", "question", "options"],
                },
            }
        },
        "required": ["questions"],
        "additionalProperties": False,
    },
}
