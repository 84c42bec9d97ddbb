"""What the model is told besides the conversation: instructions, permissions and folder."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial_reference.config import ApprovalPolicy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.settings import Settings

INSTRUCTIONS = (
    "You are an agent that helps with work in a folder. Use the tools you are offered to run "
    "commands; keep answers short."
)

_POLICIES = {
    ApprovalPolicy.UNTRUSTED: "The user approves every command but the plainly harmless ones.",
    ApprovalPolicy.ON_FAILURE: "The user is asked when the sandbox stopped a command.",
    ApprovalPolicy.ON_REQUEST: (
        "Ask to leave the sandbox with sandbox_permissions set to require_escalated and a "
        "justification; the user decides."
    ),
    ApprovalPolicy.NEVER: "The user is never asked; commands cannot leave the sandbox.",
}


def message(role: str, *texts: str) -> dict[str, Any]:
    """Make an input message (Responses API)."""
    kind = "output_text" if role == "assistant" else "input_text"
    content = [{"type": kind, "text": text} for text in texts]
    return {"type": "message", "role": role, "content": content}


def permissions(settings: Settings) -> dict[str, Any]:
    """Say under which policy and sandbox the next turn runs."""
    network = "enabled" if settings.sandbox.network else "restricted"
    return message(
        "developer",
        f"<permissions instructions>\nsandbox_mode is {settings.sandbox.mode}; "
        f"network access is {network}; approval_policy is {settings.approval}. "
        f"{_POLICIES[settings.approval]}\n</permissions instructions>",
    )


def environment(settings: Settings, shell: str) -> dict[str, Any]:
    """Say where the next turn runs."""
    name = shell.rsplit("/", 1)[-1]
    return message(
        "user",
        f"<environment_context>\n  <cwd>{settings.cwd}</cwd>\n"
        f"  <shell>{name}</shell>\n</environment_context>",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the model is asked, in no API's words but the history's (items of Responses)."""

    model: str
    instructions: str
    history: list[dict[str, Any]]
    thread_id: str
    tools: tuple[dict[str, Any], ...]
