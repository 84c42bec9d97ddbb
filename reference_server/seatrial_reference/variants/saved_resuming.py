"""Defects in resuming and branching: under other settings, as another thread, or not at all."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from seatrial_reference.approvals import Approvals
from seatrial_reference.ids import new_id
from seatrial_reference.params import Params
from seatrial_reference.saved import reopening
from seatrial_reference.saved.library import Library, Opened
from seatrial_reference.saved.record import Record
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant
from seatrial_reference.wire import Wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.threads import Thread

PATIENCE = 2.0  # seconds for a command that is run again
SMALL = 1 << 20  # bytes; to write a longer rollout anew takes too long


class _NewRollout(Library):
    def resume(self, thread_id: str, path: str, params: Params) -> Opened:
        old = Path(path or self.find(thread_id))
        copy = old.with_name(f"rollout-2000-01-01T00-00-00-{old.stem[-36:]}.jsonl")
        if not old.exists():
            return super().resume(thread_id, path, params)
        if not copy.exists():
            shutil.copy(old, copy)
        return super().resume(thread_id, str(copy), params)


class _Rewrites(Library):
    def resume(self, thread_id: str, path: str, params: Params) -> Opened:
        found = Path(path or self.find(thread_id))
        if found.exists() and found.stat().st_size < SMALL:
            lines = found.read_bytes().splitlines(keepends=True)
            found.write_bytes(b"".join(line for line in lines if b'"turn_context"' not in line))
        return super().resume(thread_id, path, params)


class _ResumedFails(Library):
    def resume(self, thread_id: str, path: str, params: Params) -> Opened:
        found = super().resume(thread_id, path, params)
        found.thread.provider = None
        return found


class _OtherModel(Library):
    def resume(self, thread_id: str, path: str, params: Params) -> Opened:
        found = super().resume(thread_id, path, params)
        model = params.text("model") or "any-model"
        found.thread.settings = replace(found.thread.settings, model=model)
        return found


class _IgnoresOverrides(Library):
    def resume(self, thread_id: str, path: str, params: Params) -> Opened:
        del params
        return super().resume(thread_id, path, Params({}))


class _OpensUnknown(Library):
    def resume(self, thread_id: str, path: str, params: Params) -> Opened:
        known = Path(path).exists() if path else self.files.find(thread_id)
        if known or self.files.find(thread_id, archived=True):
            return super().resume(thread_id, path, params)
        record = Record(path=path, meta={"id": thread_id or new_id()})
        return Opened(thread=reopening.thread(self.conversations, record, params), record=record)


class _OpensArchived(Library):
    def find(self, thread_id: str) -> Path:
        return self.files.find(thread_id, archived=True) or super().find(thread_id)


class _MixesUp(Library):
    def resume(self, thread_id: str, path: str, params: Params) -> Opened:
        found = super().resume(thread_id, path, params)
        if thread_id and path:
            found.thread.id = thread_id
            self.conversations.threads[thread_id] = found.thread
        return found


class _RunsAgain(Library):
    def resume(self, thread_id: str, path: str, params: Params) -> Opened:
        record = self.records.read(path or str(self.find(thread_id)))
        unanswered = {output["call_id"] for output in record.unanswered()}
        for item in record.items:
            if item.get("type") == "function_call" and item.get("call_id") in unanswered:
                command = json.loads(item["arguments"])["cmd"]
                cwd = (record.context or record.meta)["cwd"]
                with suppress(subprocess.TimeoutExpired):
                    subprocess.run(["sh", "-c", command], cwd=cwd, timeout=PATIENCE)
        return super().resume(thread_id, path, params)


class _Interrupts(Library):
    def rejoined(self, thread: Thread, record: Record) -> Record:
        if thread.running is not None:
            thread.running.interrupt()
        return super().rejoined(thread, record)


class _NeverAsksAgain(Approvals):
    def ask_again(self, thread_id: str) -> None:
        del thread_id


class _WithoutModel(Wire):
    def respond(self, request_id: Any, result: Any) -> None:
        if isinstance(result, dict) and ("thread" in result or "conversationId" in result):
            result = {name: value for name, value in result.items() if name != "model"}
        super().respond(request_id, result)

    def notify(self, method: str, params: Any) -> None:
        if method != "sessionConfigured":
            super().notify(method, params)


class _ForkIsOriginal(Library):
    def fork(self, thread_id: str, path: str, last_turn: str | None, params: Params) -> Opened:
        del last_turn
        return self.resume(thread_id, path, params)


class _ForkIsEmpty(Library):
    def upto(self, record: Record, last_turn: str | None) -> int:
        del record, last_turn
        return 1


class _ForkIsWhole(Library):
    def upto(self, record: Record, last_turn: str | None) -> int:
        del last_turn
        return super().upto(record, None)


class _RollsNothingBack(Library):
    def roll_back(self, thread: Thread, turns: int) -> Record:
        del turns
        return self.records.read(thread.path)


VARIANTS = (
    Variant(
        name="resume-new-rollout",
        defect="A resumed thread is recorded in a copy of its rollout.",
        parts=Parts(library=_NewRollout),
    ),
    Variant(
        name="resume-rewrites-rollout",
        defect="A rollout is written anew when its thread is resumed, without some lines.",
        parts=Parts(library=_Rewrites),
    ),
    Variant(
        name="resumed-turn-fails",
        defect="A resumed thread has no model provider any more.",
        parts=Parts(library=_ResumedFails),
    ),
    Variant(
        name="resume-other-model",
        defect="A resumed thread goes on with another model.",
        parts=Parts(library=_OtherModel),
    ),
    Variant(
        name="resume-ignores-overrides",
        defect="The settings that a client asks for when it resumes are passed over.",
        parts=Parts(library=_IgnoresOverrides),
    ),
    Variant(
        name="resume-opens-unknown",
        defect="Resuming a thread that does not exist opens an empty one.",
        parts=Parts(library=_OpensUnknown),
    ),
    Variant(
        name="resume-opens-archived",
        defect="An archived thread is resumed as if it were not archived.",
        parts=Parts(library=_OpensArchived),
    ),
    Variant(
        name="resume-mixes-up",
        defect="Resumed by id and path, a thread has the id of one and the history of another.",
        parts=Parts(library=_MixesUp),
    ),
    Variant(
        name="resume-runs-again",
        defect="A command that was cut off, or never approved, runs when its thread is resumed.",
        parts=Parts(library=_RunsAgain),
    ),
    Variant(
        name="rejoin-interrupts",
        defect="Resuming a thread in the middle of a turn interrupts the turn.",
        parts=Parts(library=_Interrupts),
    ),
    Variant(
        name="rejoin-never-asks",
        defect="A client that joins a thread again is not asked what is still pending.",
        parts=Parts(approvals=_NeverAsksAgain),
    ),
    Variant(
        name="model-unreported",
        defect="Starting and resuming do not report the model.",
        parts=Parts(wire=_WithoutModel),
    ),
    Variant(
        name="fork-is-original",
        defect="Forking resumes the original.",
        parts=Parts(library=_ForkIsOriginal),
    ),
    Variant(
        name="fork-is-empty",
        defect="A fork has nothing of the history.",
        parts=Parts(library=_ForkIsEmpty),
    ),
    Variant(
        name="fork-is-whole",
        defect="A fork has all of the history, whatever turn it was to end at.",
        parts=Parts(library=_ForkIsWhole),
    ),
    Variant(
        name="rollback-does-nothing",
        defect="Rolling back changes nothing.",
        parts=Parts(library=_RollsNothingBack),
    ),
)
