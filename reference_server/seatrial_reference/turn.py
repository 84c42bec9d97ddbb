"""One turn: the model is asked and its wishes are done, until it wishes nothing more."""

from __future__ import annotations

import time
import traceback

from seatrial_reference import context, tools
from seatrial_reference.activity import TurnControl
from seatrial_reference.commands import find_shell
from seatrial_reference.errors import TurnFailed, TurnInterrupted
from seatrial_reference.ids import new_id, now_s
from seatrial_reference.log import note
from seatrial_reference.settings import CORE_SANDBOX
from seatrial_reference.shapes import usage_breakdown
from seatrial_reference.wish import Surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from seatrial_reference.events import TurnEvents
    from seatrial_reference.reply import Reply
    from seatrial_reference.services import Services
    from seatrial_reference.threads import Thread
    from seatrial_reference.wish import Result

ABORTED = "aborted by user"


class Turn:
    """One turn of a thread; `run` is the body of a thread of execution.

    Args:
        services: What all turns share.
        thread: The thread, whose settings hold for this turn.
        texts: What the user said.
        headers: Who is asking, for the model provider.
        speaks: Makes the turn's voice, from the thread and the turn's id.
    """

    def __init__(
        self,
        services: Services,
        thread: Thread,
        texts: list[str],
        headers: dict[str, str],
        speaks: Callable[[Thread, str], TurnEvents],
    ) -> None:
        self.id = new_id()
        self.services = services
        self.thread = thread
        self.settings = thread.settings
        self.control = TurnControl(self.id, services.activity)
        self.events = speaks(thread, self.id)
        self._texts = texts
        self._headers = headers
        self._started_at = now_s()
        self._clock = time.monotonic()

    def run(self) -> None:
        """Run the turn from its first notification to its last."""
        try:
            self.begin()
            self.converse()
        except TurnInterrupted:
            self.end("interrupted")
        except TurnFailed as failure:
            self.end("failed", failure)
        except Exception as error:
            note(traceback.format_exc())
            self.end("failed", TurnFailed(f"internal error: {error!r}", info="internalServerError"))
        else:
            self.end("completed")
        finally:
            self.control.close()

    def begin(self) -> None:
        """Say that the turn began, and put what the user said into the history."""
        self.events.status("active")
        self.events.begun(self._started_at)
        self.events.user_said(self._texts)
        said = "\n".join(self._texts)
        self.thread.preview = self.thread.preview or said
        self.thread.updated_at = now_s()
        self._record("task_started")
        self._introduce()
        self.thread.remember(context.message("user", *self._texts))
        self._record("user_message", message=said, kind="plain")

    def converse(self) -> None:
        """Go back and forth with the model until it wishes nothing more."""
        while True:
            reply = self.ask_model()
            results = self.perform_all(reply.calls)
            if not self.goes_on(results):
                return

    def ask_model(self) -> Reply:
        """Send the history to the model and take its reply into the history.

        Raises:
            TurnFailed: The model gave no whole reply.
            TurnInterrupted: The turn was interrupted.
        """
        from seatrial_reference.model import Model
        from seatrial_reference.reply import ReplyReader

        self.control.check()
        if self.thread.provider is None:
            raise TurnFailed("no model provider is configured; set `model_provider` in config.toml")
        request = context.Request(
            model=self.settings.model,
            instructions=self.thread.instructions,
            history=self.thread.history,
            thread_id=self.thread.id,
            tools=(
                *tools.offered(self.events),
                *self.services.tool_servers.offered(self.events),
            ),
        )
        model = Model(self.thread.provider, self._headers, self.services.account)
        reply = ReplyReader(self.events).read(model.stream(request, self.control))
        self.thread.remember(*reply.output)
        self._count(reply.usage)
        return reply

    def perform_all(self, calls: Sequence[dict[str, Any]]) -> list[Result]:
        """Do what the model wishes, one call after another; each call gets its output.

        Raises:
            TurnInterrupted: The turn was interrupted; the calls that were not done say so.
        """
        results: list[Result] = []
        try:
            for call in calls:
                self.control.check()
                results.append(self.perform(call))
        finally:
            outputs = [result.output for result in results]
            outputs += [ABORTED] * (len(calls) - len(outputs))
            for call, output in zip(calls, outputs, strict=True):
                answer = {"type": f"{call['type']}_output", "call_id": call.get("call_id")}
                self.thread.remember({**answer, "output": output})
        return results

    def perform(self, call: dict[str, Any]) -> Result:
        """Do one thing that the model wishes."""
        around = Surroundings(
            thread_id=self.thread.id,
            settings=self.settings,
            control=self.control,
            events=self.events,
            services=self.services,
        )
        return tools.perform(call, around)

    def goes_on(self, results: Sequence[Result]) -> bool:
        """Tell whether the model is asked again: it is, as long as it wished for something."""
        return bool(results)

    def end(self, status: str, failure: TurnFailed | None = None) -> None:
        """Say that the turn is over, and let the next one begin."""
        if failure is not None:
            self.events.failed(failure)
        self._record("task_complete" if status == "completed" else "turn_aborted", reason=status)
        self.thread.updated_at = now_s()
        with self.thread.lock:
            self.thread.running = None
        self.events.status("idle")
        self.events.over(
            status,
            failure,
            started_at=self._started_at,
            completed_at=now_s(),
            duration_ms=int((time.monotonic() - self._clock) * 1000),
        )

    def _introduce(self) -> None:
        """Tell the model the settings, at first and whenever they changed."""
        settings, told = self.settings, self.thread.told
        self._record_context()
        if told is None and self.thread.developer:
            self.thread.remember(context.message("developer", self.thread.developer))
        if told is None or (told.approval, told.sandbox) != (settings.approval, settings.sandbox):
            self.thread.remember(context.permissions(settings))
        if told is None or told.cwd != settings.cwd:
            self.thread.remember(context.environment(settings, find_shell()))
        self.thread.told = settings

    def _record_context(self) -> None:
        settings = self.settings
        self.thread.rollout.append(
            "turn_context",
            {
                "turn_id": self.id,
                "cwd": settings.cwd,
                "approval_policy": str(settings.approval),
                "sandbox_policy": CORE_SANDBOX.write(settings.sandbox),
                "model": settings.model,
            },
        )

    def _record(self, type_: str, **fields: Any) -> None:
        self.thread.rollout.append("event_msg", {"type": type_, "turn_id": self.id, **fields})

    def _count(self, usage: Any) -> None:
        last = usage_breakdown(usage)
        total = self.thread.usage
        self.thread.usage = {key: total.get(key, 0) + last[key] for key in last}
        self.events.usage(self.thread.usage, last)
