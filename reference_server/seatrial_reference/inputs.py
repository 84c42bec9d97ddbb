"""What the dialects' parameters have in common: policies, folders and what the user said."""

from __future__ import annotations

import os
from dataclasses import replace

from seatrial_reference.arguments import is_passable
from seatrial_reference.config import ApprovalPolicy
from seatrial_reference.errors import INVALID_PARAMS, RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.params import Params
    from seatrial_reference.settings import SandboxPolicy, SandboxWords, Settings


def read_approval(params: Params, key: str = "approvalPolicy") -> ApprovalPolicy | None:
    """Take an approval policy, or None where there is none.

    Raises:
        RequestError: It is not one of the known ones.
    """
    value = params.choice(key, ApprovalPolicy)
    return ApprovalPolicy(value) if value else None


def read_folder(params: Params, *, base: str) -> str:
    """Take the folder `cwd`, absolute; the base where there is none.

    Raises:
        RequestError: It cannot be a path.
    """
    path = params.text("cwd") or ""
    if not is_passable(path):
        raise RequestError(INVALID_PARAMS, "Invalid params: `cwd` cannot be a path")
    return os.path.normpath(os.path.join(base, path))  # noqa: PTH118


def overridden(settings: Settings, params: Params, words: SandboxWords) -> Settings:
    """Give the settings with what a turn overrides: folder, model, policy and sandbox.

    Raises:
        RequestError: One of them cannot be used.
    """
    return replace(
        settings,
        cwd=read_folder(params, base=settings.cwd),
        model=params.text("model") or settings.model,
        approval=read_approval(params) or settings.approval,
        sandbox=_sandbox(params, words) or settings.sandbox,
    )


def _sandbox(params: Params, words: SandboxWords) -> SandboxPolicy | None:
    sandbox = params.table("sandboxPolicy")
    if sandbox is None:
        return None
    sandbox.required_text("type")
    sandbox.choice("type", words.modes)
    if not all(map(is_passable, sandbox.texts(words.roots))):
        raise RequestError(INVALID_PARAMS, f"Invalid params: `{words.roots}` must hold paths")
    return words.read(sandbox.raw())


def input_text(part: Params) -> str:
    """Take one part of what the user said: its `text`, which app_v1 has under `data`.

    Raises:
        RequestError: It is not text.
    """
    kind = part.required_text("type")
    if kind != "text":
        raise RequestError(
            INVALID_PARAMS, f"Invalid params: input of type `{kind}` is not supported, only `text`"
        )
    return (part.table("data") or part).required_text("text")
