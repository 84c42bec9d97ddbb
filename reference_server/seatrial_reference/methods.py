"""The requests about threads and turns, one method of this class each."""

from __future__ import annotations

import os
import threading
from dataclasses import replace

from seatrial_reference import context, rollout, services
from seatrial_reference.commands import is_passable
from seatrial_reference.config import ApprovalPolicy, SandboxMode
from seatrial_reference.errors import INVALID_PARAMS, INVALID_REQUEST, RequestError
from seatrial_reference.settings import SANDBOX_TYPES, SandboxPolicy, Settings
from seatrial_reference.shapes import thread_object, turn_object
from seatrial_reference.threads import Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from seatrial_reference.config import Config, Provider
    from seatrial_reference.connection import Client
    from seatrial_reference.params import Params
    from seatrial_reference.wire import Wire

FENCE_TIMEOUT = 10.0  # seconds; a turn is at work for milliseconds between two rests


class Methods:
    """Threads and turns of one connection (Codex app-server schema 0.163.0).

    Each method answers its request itself, so that what follows from it follows the answer.

    Args:
        config: What threads start from.
        client: Who is connected.
        wire: Where answers go.
        parts: What the server is made of; None for the usual parts.
    """

    def __init__(
        self, config: Config, client: Client, wire: Wire, parts: services.Parts | None
    ) -> None:
        self._config = config
        self._client = client
        self._wire = wire
        self._threads: dict[str, Thread] = {}
        self.services = services.assemble(parts or services.Parts(), wire)
        self.table: dict[str, Callable[[Any, Params], None]] = {
            "thread/start": self.thread_start,
            "thread/loaded/list": self.thread_loaded_list,
            "thread/list": self.thread_list,
            "thread/read": self.thread_read,
            "turn/start": self.turn_start,
            "turn/interrupt": self.turn_interrupt,
        }

    def close(self) -> None:
        """Interrupt every turn and end every command."""
        for thread in self._threads.values():
            running = thread.running
            if running is not None:
                running.interrupt()
        self.services.runner.close()

    def thread_start(self, request_id: Any, params: Params) -> None:
        """Start a thread, with the configuration's settings where the client gives none."""
        config = self._config
        mode = params.choice("sandbox", SandboxMode)
        settings = Settings(
            cwd=_folder(params, base=os.getcwd()),  # noqa: PTH109
            model=params.text("model") or config.model,
            approval=_approval(params) or config.approval,
            sandbox=SandboxPolicy(mode=SandboxMode(mode) if mode else config.sandbox),
        )
        thread = Thread(
            home=config.home,
            settings=settings,
            provider=self._provider(params.text("modelProvider")),
            instructions=params.text("baseInstructions") or context.INSTRUCTIONS,
            developer=params.text("developerInstructions"),
            originator=self._client.name,
            ephemeral=params.flag("ephemeral"),
        )
        self._threads[thread.id] = thread
        shown = thread_object(thread, [])
        self._wire.respond(
            request_id,
            {
                "thread": shown,
                "model": settings.model,
                "modelProvider": thread.provider_name,
                "serviceTier": None,
                "cwd": settings.cwd,
                "instructionSources": [],
                "approvalPolicy": str(settings.approval),
                "approvalsReviewer": "user",
                "sandbox": settings.sandbox.as_wire(),
                "reasoningEffort": None,
            },
        )
        self._wire.notify("thread/started", {"thread": shown})

    def thread_loaded_list(self, request_id: Any, params: Params) -> None:
        """List the loaded threads, once every turn rests: the cheap request to use as a fence."""
        del params
        self.services.activity.settle(timeout=FENCE_TIMEOUT)
        self._wire.respond(request_id, {"data": list(self._threads), "nextCursor": None})

    def thread_list(self, request_id: Any, params: Params) -> None:
        """List the saved threads, newest first, all on one page."""
        del params
        data = [self._saved(path, meta, said) for path, meta, said in self._all_saved()]
        answer = {"data": data, "nextCursor": None, "backwardsCursor": None}
        self._wire.respond(request_id, answer)

    def thread_read(self, request_id: Any, params: Params) -> None:
        """Show one thread; the turns, where asked for, of loaded threads only."""
        thread_id = params.required_text("threadId")
        thread = self._threads.get(thread_id)
        if thread is not None:
            turns = list(thread.turns) if params.flag("includeTurns") else []
            self._wire.respond(request_id, {"thread": thread_object(thread, turns)})
            return
        for path, meta, said in self._all_saved():
            if meta.get("id") == thread_id:
                self._wire.respond(request_id, {"thread": self._saved(path, meta, said)})
                return
        raise RequestError(INVALID_REQUEST, f"no rollout found for thread id {thread_id}")

    def turn_start(self, request_id: Any, params: Params) -> None:
        """Start a turn; overrides of the settings stay for the turns after it."""
        thread = self._thread(params)
        texts = [_input_text(part) for part in params.required_tables("input")]
        if not texts:
            raise RequestError(INVALID_REQUEST, "input must not be empty")
        settings = _overridden(thread.settings, params)
        with thread.lock:
            if thread.running is not None:
                raise RequestError(
                    INVALID_REQUEST, f"thread {thread.id} already has a turn in progress"
                )
            thread.settings = settings
            turn = self.services.turn(self.services, thread, texts, self._client.headers)
            thread.running = turn.control
        self._wire.respond(request_id, {"turn": turn_object(turn.id)})
        threading.Thread(target=turn.run, name=f"turn-{turn.id}", daemon=True).start()

    def turn_interrupt(self, request_id: Any, params: Params) -> None:
        """Stop the turn that runs."""
        thread, turn_id = self._thread(params), params.required_text("turnId")
        running = thread.running
        if running is None or running.turn_id != turn_id:
            raise RequestError(INVALID_REQUEST, "no active turn to interrupt")
        self._wire.respond(request_id, {})
        running.interrupt()

    def _thread(self, params: Params) -> Thread:
        thread_id = params.required_text("threadId")
        if thread_id not in self._threads:
            raise RequestError(INVALID_REQUEST, f"thread not found: {thread_id}")
        return self._threads[thread_id]

    def _provider(self, name: str | None) -> Provider | None:
        chosen = name or self._config.provider
        if chosen is None:
            return None
        if chosen not in self._config.providers:
            raise RequestError(INVALID_REQUEST, f"Model provider `{chosen}` not found")
        return self._config.providers[chosen]

    def _all_saved(self) -> Any:
        return rollout.saved(self._config.home)

    def _saved(self, path: Any, meta: dict[str, Any], said: str) -> dict[str, Any]:
        loaded = self._threads.get(meta.get("id", ""))
        if loaded is not None:
            return thread_object(loaded, [])
        config = self._config
        thread = Thread(
            home=config.home,
            settings=Settings(
                cwd=str(meta.get("cwd", "")),
                model=config.model,
                approval=config.approval,
                sandbox=SandboxPolicy(mode=config.sandbox),
            ),
            provider=config.providers.get(str(meta.get("model_provider"))),
            instructions="",
            originator=str(meta.get("originator", "")),
            id=str(meta.get("id", "")),
            created_at=int(path.stat().st_mtime),
            preview=said,
            status={"type": "notLoaded"},
        )
        return {**thread_object(thread, []), "path": str(path)}


def _approval(params: Params) -> ApprovalPolicy | None:
    value = params.choice("approvalPolicy", ApprovalPolicy)
    return ApprovalPolicy(value) if value else None


def _overridden(settings: Settings, params: Params) -> Settings:
    sandbox = params.table("sandboxPolicy")
    if sandbox is not None:
        sandbox.required_text("type")
        sandbox.choice("type", SANDBOX_TYPES)
        if not all(map(is_passable, sandbox.texts("writableRoots"))):
            raise RequestError(INVALID_PARAMS, "Invalid params: `writableRoots` must hold paths")
    return replace(
        settings,
        cwd=_folder(params, base=settings.cwd),
        model=params.text("model") or settings.model,
        approval=_approval(params) or settings.approval,
        sandbox=SandboxPolicy.from_wire(sandbox.raw()) if sandbox else settings.sandbox,
    )


def _folder(params: Params, *, base: str) -> str:
    path = params.text("cwd") or ""
    if not is_passable(path):
        raise RequestError(INVALID_PARAMS, "Invalid params: `cwd` cannot be a path")
    return os.path.normpath(os.path.join(base, path))  # noqa: PTH118


def _input_text(part: Params) -> str:
    kind = part.required_text("type")
    if kind != "text":
        raise RequestError(
            INVALID_PARAMS, f"Invalid params: input of type `{kind}` is not supported, only `text`"
        )
    return part.required_text("text")
