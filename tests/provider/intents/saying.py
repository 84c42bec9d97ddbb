"""The tools that real releases were seen to offer, and what is said in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from seatrial_provider import (
    Intent,
    add_file,
    change_files,
)
from seatrial_provider.ids import ItemIds
from seatrial_provider.phrase import InexpressibleError, phrase
from seatrial_provider.responses.items import OutputItem, VerbatimEvent

JsonObject = dict[str, Any]
IDS = ItemIds(reply_number=1, output_index=0)
ROOT = Path(__file__).resolve().parents[3]
OFFERED: dict[str, list[JsonObject]] = json.loads(
    (ROOT / "docs" / "offered-tools.json").read_text("utf-8")
)
SHELL, UNIFIED = "codex 0.65.0", "codex 0.65.0, unified_exec"
SHELL_COMMAND, LOCAL_SHELL = "codex 0.65.0, gpt-5.1-codex", "codex 0.65.0, codex-mini-latest"
CODE_MODE = "codex 0.163.0, gpt-6-sol"
PATCH = "*** Begin Patch\n*** Add File: a\n+b\n*** End Patch\n"
ADD = change_files([add_file("a", "b")])


def item_of(
    intent: Intent, tools: Sequence[JsonObject], conversation: Sequence[JsonObject] = ()
) -> OutputItem:
    item = phrase(intent, tools=tools, ids=IDS, conversation=conversation)
    assert not isinstance(item, VerbatimEvent)
    return item


def said(
    intent: Intent, tools: Sequence[JsonObject], conversation: Sequence[JsonObject] = ()
) -> JsonObject:
    """Returns the item in short: its type, and what the tool is given."""
    item = item_of(intent, tools, conversation).done()
    for name in ("id", "status", "call_id", "execution"):
        item.pop(name, None)
    if "arguments" in item and isinstance(item["arguments"], str):
        item["arguments"] = json.loads(item["arguments"])
    return item


def function(name: str, namespace: str | None = None, **arguments: Any) -> JsonObject:
    call = {"type": "function_call", "name": name, "arguments": arguments}
    return call | ({"namespace": namespace} if namespace else {})


def reasons(intent: Intent, tools: Sequence[JsonObject]) -> str:
    with pytest.raises(InexpressibleError) as raised:
        phrase(intent, tools=tools, ids=IDS)
    return "; ".join(raised.value.reasons)


def tool(release: str, name: str) -> JsonObject:
    return deepcopy(next(one for one in OFFERED[release] if one.get("name") == name))


def without(given: JsonObject, *names: str) -> JsonObject:
    for name in names:
        del given["parameters"]["properties"][name]
    return given
