"""Kills a server at random points of a turn, again and again, and looks for what it lost.

Run: `python -m benchmarks.crash_battery [--kills N] [--seed S] [SERVER]`; the server is one of
those of `seatrial run`, `reference` by default. In each round one conversation goes through many
servers on one home: each resumes it, has a turn or none, begins another one that a gate holds at a
point which a seeded generator picks, and is killed there with SIGKILL. The gates are exact; what
the server does meanwhile is not held, so that it is killed at any moment of its own work.

What was acknowledged must be there afterwards: every message of a turn that was reported as
complete, and every message of the user's that the model was asked about, told to the client and
sent to the model, in order. Exits with 1 if anything is missing.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from dataclasses import dataclass, field

from seatrial.conformance import Stop, Trial, open_trial
from seatrial.dialects import Agent, Conversation, Policy, Said, Sandbox, Saved
from seatrial.servers import resolve
from seatrial_provider import Gate, reply, run_command, say
from seatrial_suites.resume.scenes import heard, sent

POINTS = (
    "headers",
    "first-byte",
    "response.created",
    "response.output_text.delta",
    "response.output_item.done",
    "response.completed",
)
KILLS_A_ROUND = 10


@dataclass(slots=True)
class Round:
    """One conversation and what is known of it.

    Attributes:
        said: What must be there, in order.
        kills: How often its server was killed.
        losses: What was missing, in words.
    """

    said: list[Said] = field(default_factory=list)
    kills: int = 0
    losses: list[str] = field(default_factory=list)

    def compare(self, where: str, found: list[Said]) -> None:
        """Notes what is missing; half an answer that was kept is no loss."""
        rest = iter(found)
        missing = [one for one in self.said if one not in rest]
        if missing:
            self.losses.append(f"kill {self.kills}: {where} lacks {missing[:3]}")


async def whole_turn(trial: Trial, conversation: Conversation, known: Round, text: str) -> None:
    """Has a turn that completes, with a command in every other one."""
    answer = f"the answer to {text}"
    commands = (reply(run_command(f"echo {text}")),) * (len(known.said) % 4 // 2)
    trial.model(*commands, reply(say(answer)))
    end = await (await conversation.send(text)).end()
    if end.status != "completed":
        known.losses.append(f"kill {known.kills}: a turn ended {end.status}: {end.error}")
    known.said += [Said("user", text), Said("agent", answer)]


async def cut_turn(trial: Trial, conversation: Conversation, point: str, text: str) -> Gate:
    """Begins a turn, and returns once its answer is held."""
    gate = Gate(f"{point}, in {text}")
    trial.model(reply(say("half of it"), gates={point: gate}))
    await conversation.send(text)
    await gate.reached()
    return gate


async def once(
    trial: Trial, agent: Agent, known: Round, saved: Saved | None, pick: random.Random
) -> tuple[Saved, Gate]:
    """Resumes the conversation, or starts it, and brings a turn to where it is killed."""
    number = known.kills
    if saved is None:
        conversation: Conversation = await agent.start(
            cwd=trial.workspace, policy=Policy.NEVER, sandbox=Sandbox.READ_ONLY
        )
    else:
        opened = await agent.history.resume(saved)
        conversation = opened.conversation
        known.compare("what the client is told", opened.said)
    for turn in range(pick.randrange(3) if saved else 1):
        await whole_turn(trial, conversation, known, f"message {number}.{turn}")
        known.compare("what the model is sent", [*heard(sent(trial)), known.said[-1]])
    text = f"message {number} that is cut"
    gate = await cut_turn(trial, conversation, pick.choice(POINTS), text)
    known.compare("what the model is sent", heard(sent(trial)))
    known.said.append(Said("user", text))
    path = str(conversation.settings.get("path") or "")
    return saved or Saved(id=conversation.id, path=path), gate


async def round_of(server: str, kills: int, pick: random.Random) -> Round:
    """Kills the servers of one conversation, one after the other."""
    known, saved = Round(), None
    under_test = resolve(server)
    dialect = next(name for name in under_test.dialects if name != "mcp")
    async with open_trial(under_test, dialect) as trial:
        for _ in range(kills):
            async with trial.agent() as agent:
                saved, gate = await once(trial, agent, known, saved, pick)
                await trial.stop(Stop.SIGKILL)
            gate.release()
            known.kills += 1
    return known


def main() -> int:
    """Kills, compares, prints; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("server", nargs="?", default="reference")
    chosen = parser.parse_args()
    pick = random.Random(chosen.seed)
    print(f"{chosen.server}: seed {chosen.seed}", flush=True)
    done, losses = 0, 0
    while done < chosen.kills:
        known = asyncio.run(round_of(chosen.server, min(KILLS_A_ROUND, chosen.kills - done), pick))
        done += known.kills
        losses += len(known.losses)
        for loss in known.losses:
            print(f"  {loss}", flush=True)
    print(f"{done} kills, {losses} losses")
    return 1 if losses else 0


if __name__ == "__main__":
    sys.exit(main())
