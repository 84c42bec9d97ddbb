"""From a record to a thread: its settings, its history, and a copy of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from seatrial_reference import context
from seatrial_reference.config import ApprovalPolicy, SandboxMode
from seatrial_reference.ids import timestamp
from seatrial_reference.inputs import read_approval, read_folder
from seatrial_reference.params import Params
from seatrial_reference.settings import CORE_SANDBOX, SandboxPolicy, Settings
from seatrial_reference.threads import Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from seatrial_reference.config import Config
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.saved.record import Record

NOT_LOADED = {"type": "notLoaded"}


def thread(conversations: Conversations, record: Record, params: Params | None = None) -> Thread:
    """Make the thread of a record.

    Args:
        conversations: What it will belong to.
        record: The record.
        params: The settings that the client asks for when it resumes it; None if it is only shown.

    Raises:
        RequestError: One of them cannot be used.
    """
    config, meta = conversations.config, record.meta
    settings = settings_of(config, record)
    named = config.providers.get(str(meta.get("model_provider")))
    return Thread(
        home=config.home,
        settings=settings if params is None else asked_for(settings, params),
        provider=named or conversations.provider(None),
        instructions=_instructions(meta),
        originator=str(meta.get("originator", "")),
        id=record.id,
        created_at=_seconds(meta),
        preview=record.preview,
        path=record.path,
        forked_from=meta.get("forked_from_id"),
        status=dict(NOT_LOADED) if params is None else {"type": "idle"},
        history=list(record.items),
        told=told(config, record),
        record=conversations.services.rollout,
    )


def settings_of(config: Config, record: Record) -> Settings:
    """Give the settings that a thread was last under, as far as its record tells them."""
    recorded = record.context or {}
    policy = recorded.get("approval_policy")
    return Settings(
        cwd=str(recorded.get("cwd") or record.meta.get("cwd") or config.home),
        model=str(recorded.get("model") or config.model),
        approval=ApprovalPolicy(policy) if policy in list(ApprovalPolicy) else config.approval,
        sandbox=_sandbox(recorded.get("sandbox_policy")) or SandboxPolicy(mode=config.sandbox),
    )


def _sandbox(recorded: Any) -> SandboxPolicy | None:
    known = isinstance(recorded, dict) and recorded.get("type") in CORE_SANDBOX.modes
    return CORE_SANDBOX.read(recorded) if known else None


def told(config: Config, record: Record) -> Settings | None:
    """Give the settings that the model was last told; None where that is not recorded."""
    return settings_of(config, record) if record.items and record.context else None


def asked_for(settings: Settings, params: Params) -> Settings:
    """Give the settings with those that the client asks for.

    Raises:
        RequestError: One of them cannot be used.
    """
    mode = params.choice("sandbox", SandboxMode)
    return replace(
        settings,
        cwd=read_folder(params, base=settings.cwd),
        model=params.text("model") or settings.model,
        approval=read_approval(params) or settings.approval,
        sandbox=SandboxPolicy(mode=SandboxMode(mode)) if mode else settings.sandbox,
    )


def copy(record: Record, lines: int, path: Path, name: str, moment: int) -> None:
    """Write the first lines of a record as the rollout of another thread.

    Args:
        record: The record.
        lines: How many of its lines are taken over, the first one among them.
        path: The new file.
        name: The id of the new thread.
        moment: When it was made, in seconds since the epoch.
    """
    meta = {
        **record.meta,
        "id": name,
        "timestamp": timestamp(moment),
        "forked_from_id": record.id,
    }
    first = {"timestamp": timestamp(moment), "type": "session_meta", "payload": meta}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", errors="replace") as file:
        for line in (first, *record.lines[1:lines]):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _instructions(meta: dict[str, Any]) -> str:
    recorded = meta.get("base_instructions")
    text = recorded.get("text") if isinstance(recorded, dict) else None
    return text if isinstance(text, str) else context.INSTRUCTIONS


def _seconds(meta: dict[str, Any]) -> int:
    try:
        return int(datetime.fromisoformat(str(meta.get("timestamp"))).timestamp())
    except ValueError:
        return 0
