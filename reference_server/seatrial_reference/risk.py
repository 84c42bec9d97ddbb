"""Having a command assessed by the model before the client is asked about it.

It is asked in a conversation of its own, so that what was said before has no say in it, as Codex
0.55.0 to 0.66.0 do where `experimental_sandbox_command_assessment` is on.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager

from seatrial_reference import context
from seatrial_reference.activity import Activity, TurnControl
from seatrial_reference.errors import TurnFailed, TurnInterrupted
from seatrial_reference.events import TurnEvents
from seatrial_reference.ids import new_id
from seatrial_reference.log import note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from seatrial_reference.commands import Command
    from seatrial_reference.config import Config
    from seatrial_reference.wish import Surroundings

LEVELS = ("low", "medium", "high")
INSTRUCTIONS = (
    "A command wants to leave its sandbox, and a user has to decide. Say in one sentence what it "
    'does, and how risky that is, as a JSON object with the members "description" and '
    '"risk_level" ("low", "medium" or "high"), and nothing else.'
)


class Limited(TurnControl):
    """The handle of an assessment, which ends some time after the model was asked.

    Args:
        patience: How long the model may take, in seconds.
    """

    def __init__(self, patience: float) -> None:
        super().__init__(new_id(), Activity())
        self.timer = threading.Timer(patience, self.stop)
        self.timer.daemon = True

    def stop(self) -> None:
        """End whatever is waited for."""
        self.interrupt()

    @contextmanager
    def waiting(
        self, stop: Callable[[], None], *, on: threading.Event | None = None
    ) -> Iterator[None]:
        """Begin to count the time when something is waited for, which is the model."""
        if self.timer.ident is None:
            self.timer.start()
        with super().waiting(stop, on=on):
            yield


class Assessor:
    """Asks the model about commands.

    Args:
        config: Whether it does, and how long the model may take.
    """

    def __init__(self, config: Config) -> None:
        self.patience = config.assessment

    def assess(self, command: Command, around: Surroundings) -> dict[str, str] | None:
        """Give `description` and `risk_level`; None if it is off, fails or takes too long.

        Raises:
            TurnInterrupted: The turn was interrupted meanwhile.
        """
        if self.patience is None:
            return None
        control = Limited(self.patience)
        try:
            with around.control.waiting(control.stop):
                said = self.ask(command, around, control)
        except (TurnFailed, TurnInterrupted) as error:
            around.control.check()
            return self.failed(repr(error))
        finally:
            control.timer.cancel()
        return read(said) or self.failed(f"it is none: {said!r}")

    def ask(self, command: Command, around: Surroundings, control: TurnControl) -> str:
        """Ask the model; give what it says.

        Raises:
            TurnFailed: The model gave no whole reply.
            TurnInterrupted: It took too long.
        """
        from seatrial_reference.model import Model
        from seatrial_reference.reply import ReplyReader

        thread = around.events.thread
        if thread.provider is None:
            raise TurnFailed("no model provider is configured")
        model = Model(thread.provider, {"originator": thread.originator}, around.services.account)
        request = context.Request(
            model=around.settings.model,
            instructions=INSTRUCTIONS,
            history=self.history(command, around),
            thread_id=control.turn_id,
            tools=(),
        )
        voice = TurnEvents(thread, control.turn_id)  # says nothing to the client
        reply = ReplyReader(voice).read(model.stream(request, control))
        return "".join(
            part.get("text", "")
            for item in reply.output
            if item["type"] == "message"
            for part in item.get("content", ())
        )

    def history(self, command: Command, around: Surroundings) -> list[dict[str, Any]]:
        """Give all that the model is told: the command, and where it would run."""
        del around
        said = f"The command, in {command.cwd}:\n{command.shown}"
        return [context.message("user", said)]

    def failed(self, why: str) -> dict[str, str] | None:
        """Do without."""
        note(f"a command could not be assessed: {why}")
        return None


def read(said: str) -> dict[str, str] | None:
    """Read the model's assessment; None where it is none."""
    try:
        given = json.loads(said)
        found = {name: str(given[name]) for name in ("description", "risk_level")}
    except (KeyError, TypeError, ValueError):
        return None
    return found if found["risk_level"] in LEVELS else None
