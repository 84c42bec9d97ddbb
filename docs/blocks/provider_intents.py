"""Blocks about intents and phrasings of the mock provider."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, fields
from importlib import import_module
from pathlib import Path
from typing import Any

from blocks.writing import meanings, table
from seatrial_provider import (
    INTENTS,
    FileChange,
    Intent,
    Option,
    Permissions,
    PlanStep,
    Question,
    ask_user,
    call_mcp_tool,
    change_files,
    delete_file,
    message_agent,
    request_permissions,
    run_command,
    search_tools,
    search_web,
    send_input,
    spawn_agent,
    update_plan,
    view_image,
    wait_for_agents,
)
from seatrial_provider.ids import ItemIds
from seatrial_provider.intents.values import Value
from seatrial_provider.phrase import InexpressibleError, phrase
from seatrial_provider.phrasings.base import Detour, OwnItem
from seatrial_provider.phrasings.registry import AnyPhrasing, phrasings

OFFERED = Path(__file__).resolve().parent.parent / "offered-tools.json"
PARTS: tuple[type[Value], ...] = (FileChange, Permissions, Question, Option, PlanStep)
STARTED = {
    "type": "function_call_output",
    "call_id": "a",
    "output": 'session ID 1, {"agent_id":"b"}',
}
"""What came back of a call that started something."""
SAMPLES: tuple[Intent, ...] = (
    run_command("true"),
    run_command("true", escalated=True),
    run_command("true", tty=True),
    send_input("a", "b"),
    change_files([delete_file("a")]),
    ask_user([Question("a?")]),
    request_permissions(Permissions(network=True)),
    update_plan([PlanStep("a")]),
    view_image("a"),
    search_web("a"),
    search_tools("a"),
    call_mcp_tool("tiny", "echo"),
    spawn_agent("a"),
    message_agent("a", "b"),
    wait_for_agents(["a"]),
)


def intent_table() -> str:
    """Returns every intent: how a script makes it, and what it means."""
    rows = [[f"`{name}({_signature(kind)})`", _summary(kind)] for name, kind in INTENTS.items()]
    return table(["intent", "what the model wants"], rows)


def intent_fields() -> str:
    """Returns what each intent, and each part of one, is made of."""
    named = [*((name, kind) for name, kind in INTENTS.items()), *((p.__name__, p) for p in PARTS)]
    rows = []
    for name, kind in named:
        said = meanings(kind)
        listed = [field for field in fields(kind) if field.name != "call_id"]
        rows += [[f"`{name}`", f"`{field.name}`", said[field.name]] for field in listed]
    return table(["of", "field", "meaning"], rows)


def phrasing_table() -> str:
    """Returns every phrasing: of which intent, in which tool, how, and where the shape is from."""
    rows = []
    for module, phrasing in phrasings().items():
        doc = inspect.getdoc(import_module(module)) or ""
        how, _, shape = doc.partition("\n\n")
        rows.append([f"`{phrasing.intent.spelled()}`", _said_in(phrasing), how, _line(shape)])
    return table(["intent", "said in", "how", "the shape's source"], rows)


def release_table() -> str:
    """Returns which tool says each intent in what real releases were seen to offer."""
    offered = json.loads(OFFERED.read_text("utf-8"))
    rows = [
        [name, *(_tool(sample, tools) for sample in SAMPLES)] for name, tools in offered.items()
    ]
    return table(["offered by", *(f"`{_short(sample)}`" for sample in SAMPLES)], rows)


def _tool(intent: Intent, tools: Sequence[dict[str, Any]]) -> str:
    ids = ItemIds(reply_number=1, output_index=0)
    try:
        item: Any = phrase(intent, tools=tools, ids=ids, conversation=[STARTED])
    except InexpressibleError:
        return "-"
    said = item.done()
    return str(said.get("name") or said["type"].removesuffix("_call"))


def _short(intent: Intent) -> str:
    for flag in ("escalated", "tty"):
        if getattr(intent, flag, False):
            return f"{intent.spelled()}, {flag}"
    return intent.spelled()


def _said_in(phrasing: AnyPhrasing) -> str:
    if isinstance(phrasing, OwnItem):
        return "no tool"
    if isinstance(phrasing, Detour):
        return f"`{phrasing.by_way_of.spelled()}`, if no tool is meant for it"
    return f"`{phrasing.tool}`"


def _signature(kind: type[Value]) -> str:
    return ", ".join(_parameter(field) for field in fields(kind) if field.name != "call_id")


def _parameter(field: Field[Any]) -> str:
    if field.default is not MISSING:
        return f"{field.name}={field.default!r}"
    made = field.default_factory
    return field.name if made is MISSING else f"{field.name}={made()!r}"


def _summary(kind: type[Value]) -> str:
    return _line((inspect.getdoc(kind) or "").partition("\n\n")[0])


def _line(text: str) -> str:
    return " ".join(text.removeprefix("Shape: ").split())


BLOCKS: dict[str, Callable[[], str]] = {
    "intents": intent_table,
    "intent-fields": intent_fields,
    "phrasings": phrasing_table,
    "phrasings-by-release": release_table,
}
