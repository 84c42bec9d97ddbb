"""What the approval checks have in common: a command that leaves a trace, and turns played out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.conformance import Trial, Untestable
from seatrial.dialects import (
    Agent,
    Approval,
    Conversation,
    Decision,
    Policy,
    Sandbox,
    Turn,
    TurnEnd,
    TurnOver,
)
from seatrial_provider import RecordedRequest, run_command
from seatrial_provider.intents import Intent

__all__ = [
    "ON_REQUEST",
    "REFUSAL",
    "WHY",
    "Outcome",
    "Trace",
    "asking",
    "interrupted",
    "must_ask",
    "never_asked",
    "of_the_session",
    "play",
    "told",
]

ON_REQUEST = "policy.on-request"
WHY = "Seatrial asks whether this may run"

REFUSAL = re.compile(
    r"reject|declin|den(y|ied)|refus|not (approved|allowed|permitted|run)", re.IGNORECASE
)
"""How servers tell the model that a command was not allowed to run: no wording is prescribed,
but it has to be told from a command that ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A command that leaves a line in a file each time it runs, and says a word.

    Attributes:
        workspace: The folder it runs in.
        name: Tells it from other traces: its file, and the word it says.
    """

    workspace: Path
    name: str = "trace"

    @property
    def file(self) -> Path:
        """The file that each run appends a line to."""
        return self.workspace / f"{self.name}.txt"

    @property
    def word(self) -> str:
        """What the command prints, so that it can be found in what the model is told."""
        return f"{self.name}-ran-here"

    @property
    def command(self) -> str:
        """The command, for a shell."""
        return f"echo {self.name} >> {self.file.name} && echo {self.name}-ran-here"

    def heard_in(self, text: str) -> bool:
        """Whether the command's word is in a text, other than as part of the command itself."""
        return self.word in text.replace(self.command, "")

    def lines(self) -> int:
        """Returns how many runs have left their line so far."""
        return len(self.file.read_text().splitlines()) if self.file.exists() else 0

    async def runs(self, trial: Trial) -> int:
        """Returns how often it ran, once everything that was started of it has ended."""
        await trial.process.outlast(self.word)
        return self.lines()

    async def begun(self, trial: Trial) -> int:
        """Returns how many runs have begun: those that left their line, and those alive."""
        alive = await trial.process.running(self.word)
        return max(self.lines(), len(alive))

    def wanted(self, trial: Trial) -> Intent:
        """The model's wish to run it in the way that has to be asked for; see `asking`."""
        if not trial.claims(ON_REQUEST):
            return self.wanted_plainly()
        return run_command(self.command, escalated=True, justification=WHY)

    def wanted_plainly(self) -> Intent:
        """The model's wish to run it inside the sandbox."""
        return run_command(self.command)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """A turn that was played to its end: how it ended, and what was asked on the way."""

    end: TurnEnd
    asked: list[Approval] = field(default_factory=list)


async def asking(agent: Agent, trial: Trial) -> Conversation:
    """Starts a conversation in which the command of a trace has to be asked for.

    Under `on-request` the wish to run it outside the sandbox asks; a server that has no such
    policy asks for every command that is not known to be harmless.
    """
    policy = Policy.ON_REQUEST if trial.claims(ON_REQUEST) else Policy.UNTRUSTED
    return await agent.start(cwd=trial.workspace, policy=policy, sandbox=Sandbox.READ_ONLY)


async def play(turn: Turn, decision: Decision) -> Outcome:
    """Answers whatever the server asks, always alike, until the turn ends.

    A check that judges an answer uses it so that a defect in the *asking* is left to the check
    that is about asking.
    """
    asked: list[Approval] = []
    while True:
        try:
            approval = await turn.approval()
        except TurnOver:
            return Outcome(end=await turn.end(), asked=asked)
        asked.append(approval)
        turn.answer(approval, decision)


def told(request: RecordedRequest) -> str:
    """Returns the output of the last call in a request: what the model was told of it."""
    ids = request.call_ids()
    return request.function_call_output_text(ids[-1]) if ids else ""


def must_ask(trial: Trial, outcome: Outcome) -> None:
    """Ends the check as untestable if the server never asked.

    Raises:
        Untestable: There was no approval, so nothing can be said of an answer to it.
    """
    if not outcome.asked:
        raise never_asked(trial, f"the turn's end: {outcome.end.status}")


def never_asked(trial: Trial, arrived: str) -> Untestable:
    """Returns the exception for an approval that never came; says what came instead."""
    return trial.untestable(
        "the server never asked for approval",
        expected="a request for approval, to be answered",
        arrived=arrived,
        cause="does approvals.command.asks-before-running fail as well?",
    )


def interrupted(trial: Trial, outcome: Outcome, *, thing: str) -> None:
    """Looks at the end of a turn in which a command or a change was cancelled."""
    trial.saw.equal(
        "how the turn ended",
        expected="interrupted",
        arrived=outcome.end.status,
        cause=f"is a cancellation taken for a refusal of this one {thing}?",
    )
    trial.saw.equal(
        "how often the model was asked",
        expected=1,
        arrived=len(trial.provider.requests),
        cause="does the turn go on after it was cancelled?",
    )


def of_the_session(
    trial: Trial, *, thing: str, again: Outcome, other: Outcome, elsewhere: Outcome
) -> None:
    """Looks at what is asked for once a thing has been accepted for the session.

    Args:
        trial: The trial.
        thing: What was accepted: a `command` or a `file`.
        again: The same thing, in the same conversation.
        other: Another thing, in the same conversation.
        elsewhere: The same thing, in another conversation.
    """
    trial.saw.equal(
        f"whether the granted {thing} was asked for in the same conversation",
        expected=False,
        arrived=bool(again.asked),
        cause="is the grant forgotten when the turn ends?",
    )
    trial.saw.equal(
        f"whether another {thing} was asked for in the same conversation",
        expected=True,
        arrived=bool(other.asked),
        cause=f"does the grant for one {thing} cover every {thing}?",
    )
    trial.saw.equal(
        f"whether the granted {thing} was asked for in another conversation",
        expected=True,
        arrived=bool(elsewhere.asked),
        cause="does the grant of one conversation reach into another?",
    )
