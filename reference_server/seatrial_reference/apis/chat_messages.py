"""The history as Chat Completions has it: messages, with calls inside those of the assistant."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ROLES = {"developer": "system"}


def chat_messages(instructions: str, history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the messages that say what instructions and items of the Responses API say.

    Calls that follow one another, and the message before them, become one message; items that
    Chat Completions has no words for, such as reasoning, are left out.
    """
    messages: list[dict[str, Any]] = [{"role": "system", "content": instructions}]
    for item in history:
        match item["type"]:
            case "message":
                role = _ROLES.get(item["role"], item["role"])
                messages.append({"role": role, "content": _text(item)})
            case "function_call":
                _assistant(messages).setdefault("tool_calls", []).append(_call(item))
            case "function_call_output":
                told = {"tool_call_id": item["call_id"], "content": item["output"]}
                messages.append({"role": "tool", **told})
            case _:
                pass
    return messages


def _assistant(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the last message if it is the assistant's; else a new one."""
    if messages[-1]["role"] != "assistant":
        messages.append({"role": "assistant", "content": None})
    return messages[-1]


def _call(item: dict[str, Any]) -> dict[str, Any]:
    function = {"name": item["name"], "arguments": item["arguments"]}
    return {"id": item["call_id"], "type": "function", "function": function}


def _text(item: dict[str, Any]) -> str:
    return "\n".join(part.get("text", "") for part in item.get("content") or [])
