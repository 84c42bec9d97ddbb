"""The conversations of one connection and what is done with them, in no dialect's words."""

from __future__ import annotations

import os
import threading
from functools import cached_property

from seatrial_reference import context, services
from seatrial_reference.config import SandboxMode
from seatrial_reference.errors import INTERNAL_ERROR, INVALID_REQUEST, RequestError
from seatrial_reference.inputs import read_approval, read_folder
from seatrial_reference.settings import SandboxPolicy, Settings
from seatrial_reference.threads import Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial_reference.activity import TurnControl
    from seatrial_reference.client import Client
    from seatrial_reference.config import Config, Provider
    from seatrial_reference.events import TurnEvents
    from seatrial_reference.params import Params
    from seatrial_reference.saved.library import Library
    from seatrial_reference.turn import Turn

FENCE_TIMEOUT = 10.0  # seconds; a turn is at work for milliseconds between two rests


class Conversations:
    """The threads of one connection, and what all their turns share.

    Args:
        config: What threads start from.
        client: Who is connected.
        parts: What the server is made of; None for the usual parts.
    """

    def __init__(self, config: Config, client: Client, parts: services.Parts | None) -> None:
        self.config = config
        self._client = client
        self.threads: dict[str, Thread] = {}
        self.services = services.assemble(parts or services.Parts(), config)

    def close(self) -> None:
        """Interrupt every turn and end every command."""
        for thread in self.threads.values():
            running = thread.running
            if running is not None:
                running.interrupt()
        self.services.tool_servers.close()
        self.services.runner.close()

    def start(self, params: Params, spelled: Callable[[str], str] = str) -> Thread:
        """Start a thread, with the configuration's settings where the client gives none.

        Args:
            params: The client's: `cwd`, `model`, `modelProvider`, `approvalPolicy`, `sandbox`,
                `baseInstructions`, `developerInstructions`, `ephemeral`.
            spelled: Gives the dialect's spelling of such a name.

        Raises:
            RequestError: One of them cannot be used.
        """
        config = self.config
        mode = params.choice("sandbox", SandboxMode)
        approval = read_approval(params, spelled("approvalPolicy"))
        settings = Settings(
            cwd=read_folder(params, base=os.getcwd()),  # noqa: PTH109
            model=params.text("model") or config.model,
            approval=approval or config.approval,
            sandbox=SandboxPolicy(mode=SandboxMode(mode) if mode else config.sandbox),
        )
        thread = Thread(
            home=config.home,
            settings=settings,
            provider=self.provider(params.text(spelled("modelProvider"))),
            instructions=params.text(spelled("baseInstructions")) or context.INSTRUCTIONS,
            developer=params.text(spelled("developerInstructions")),
            originator=self._client.name,
            ephemeral=params.flag("ephemeral"),
            record=self.services.rollout,
        )
        self.threads[thread.id] = thread
        return thread

    def find(self, params: Params, key: str) -> Thread:
        """Find the loaded thread that the client names.

        Raises:
            RequestError: It names none, or one that is not loaded.
        """
        thread_id = params.required_text(key)
        if thread_id not in self.threads:
            raise RequestError(INVALID_REQUEST, f"thread not found: {thread_id}")
        return self.threads[thread_id]

    def begin(
        self,
        thread: Thread,
        texts: list[str],
        settings: Settings,
        speaks: Callable[[Thread, str], TurnEvents],
    ) -> Turn:
        """Make the next turn of a thread; `go` sets it going, once its request is answered.

        Args:
            thread: The thread.
            texts: What the user said.
            settings: What this turn and those after it run under.
            speaks: Makes the voice of a turn of this thread, from the turn's id.

        Raises:
            RequestError: Nothing was said, or a turn of the thread is running.
        """
        if not texts:
            raise RequestError(INVALID_REQUEST, "input must not be empty")
        with thread.lock:
            if thread.running is not None:
                raise RequestError(
                    INVALID_REQUEST, f"thread {thread.id} already has a turn in progress"
                )
            thread.settings = settings
            turn = self.services.turn(self.services, thread, texts, self._client.headers, speaks)
            thread.running = turn.control
        return turn

    def go(self, turn: Turn) -> None:
        """Set a turn going, in a thread of execution of its own."""
        threading.Thread(target=turn.run, name=f"turn-{turn.id}", daemon=True).start()

    def running(self, thread: Thread, turn_id: str | None = None) -> TurnControl:
        """Give the handle of the turn that runs.

        Args:
            thread: The thread.
            turn_id: The turn that it must be; None for whichever.

        Raises:
            RequestError: None runs, or another one.
        """
        running = thread.running
        if running is None or turn_id not in {None, running.turn_id}:
            raise RequestError(INVALID_REQUEST, "no active turn to interrupt")
        return running

    @cached_property
    def library(self) -> Library:
        """The saved threads."""
        from seatrial_reference.saved.library import Library

        return (self.services.library or Library)(self)

    def settle(self) -> None:
        """Wait until every turn rests: for the cheap request to use as a fence.

        Raises:
            RequestError: One goes on working, so that an answer would not be a fence.
        """
        if not self.services.activity.settle(timeout=FENCE_TIMEOUT):
            why = f"A turn has been at work for {FENCE_TIMEOUT:g} seconds without a rest"
            raise RequestError(INTERNAL_ERROR, why)

    def provider(self, name: str | None) -> Provider | None:
        """Find a model provider: the one of this name, or the one that is configured.

        Raises:
            RequestError: There is none of this name.
        """
        chosen = name or self.config.provider
        if chosen is None:
            return None
        if chosen not in self.config.providers:
            raise RequestError(INVALID_REQUEST, f"Model provider `{chosen}` not found")
        return self.config.providers[chosen]
