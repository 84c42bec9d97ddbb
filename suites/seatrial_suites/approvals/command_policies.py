"""Command approvals: each policy asks exactly when it says."""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial.dialects import Agent, Decision, Policy, Sandbox
from seatrial_provider import reply, run_command, say
from seatrial_provider.intents import Intent
from seatrial_suites.approvals.scenes import ON_REQUEST, REFUSAL, WHY, Outcome, Trace, play, told

__all__ = ["never", "on_failure", "on_request", "untrusted"]

HARMLESS = "echo nothing-to-fear"
WORD = "nothing-to-fear"


class _Scene:
    """Turns under one policy, each in a conversation of its own, with what the model was told."""

    def __init__(self, agent: Agent, trial: Trial, policy: Policy) -> None:
        self._agent = agent
        self._trial = trial
        self._policy = policy
        self.told = ""

    async def play(self, wish: Intent, decision: Decision = Decision.ACCEPT) -> Outcome:
        """Has the model wish for something once, and answers whatever is asked."""
        self._trial.model(reply(wish), reply(say("done")))
        conversation = await self._agent.start(
            cwd=self._trial.workspace, policy=self._policy, sandbox=Sandbox.READ_ONLY
        )
        outcome = await play(await conversation.send("run it"), decision)
        await self._agent.fence()
        self.told = told(self._trial.provider.requests[-1])
        return outcome

    def asked(self, what: str, outcome: Outcome, *, expected: bool, cause: str) -> bool:
        """Looks whether the server asked; returns whether it did what was expected."""
        return self._trial.saw.equal(
            f"whether the server asked for {what}",
            expected=expected,
            arrived=bool(outcome.asked),
            cause=cause,
        )

    def ran(self, what: str, word: str) -> None:
        """Looks whether a command ran, by what the model was told of it."""
        self._trial.saw.that(
            f"what the model was told of {what}",
            word in self.told,
            expected=f"an output that holds {word!r}",
            arrived=self.told,
            cause="did the sandbox or the policy keep it from running?",
        )


@check("approvals.command.policy-never")
async def never(trial: Trial) -> None:
    """Never: nothing is asked; what would have to be asked for is refused."""
    trace = Trace(workspace=trial.workspace)
    async with trial.agent() as agent:
        scene = _Scene(agent, trial, Policy.NEVER)
        outcome = await scene.play(run_command(HARMLESS))
        scene.asked(
            "a plain command", outcome, expected=False, cause="is the policy not looked at?"
        )
        scene.ran("a plain command", WORD)
        if not trial.claims(ON_REQUEST):
            return  # its tools have no words for an escalation
        outcome = await scene.play(trace.wanted(trial))
        scene.asked(
            "an escalation",
            outcome,
            expected=False,
            cause="does an escalation override the policy?",
        )
        trial.saw.equal(
            "runs of the escalated command, which nobody approved",
            expected=0,
            arrived=await trace.runs(trial),
            cause="is `never ask` taken for `always allow`?",
        )
        trial.saw.that(
            "what the model was told of the escalation",
            bool(REFUSAL.search(scene.told)) and not trace.heard_in(scene.told),
            expected="that it was not allowed to run",
            arrived=scene.told,
            cause="can the model tell a refusal from a command that ran?",
        )


@check("approvals.command.policy-on-request")
async def on_request(trial: Trial) -> None:
    """On request: asked when the model asks for it, with its justification; else not."""
    trace = Trace(workspace=trial.workspace)
    async with trial.agent() as agent:
        scene = _Scene(agent, trial, Policy.ON_REQUEST)
        outcome = await scene.play(run_command(HARMLESS))
        scene.asked(
            "a plain command",
            outcome,
            expected=False,
            cause="is every command taken for one that was escalated?",
        )
        scene.ran("a plain command", WORD)
        outcome = await scene.play(trace.wanted(trial))
        asked = scene.asked(
            "an escalation",
            outcome,
            expected=True,
            cause="is the escalation not read from the tool call?",
        )
        if asked and "reason" in agent.approval_fields:
            trial.saw.equal(
                "the reason in the request",
                expected=WHY,
                arrived=outcome.asked[0].fields.get("reason"),
                cause="is the model's justification not passed on?",
            )


@check("approvals.command.policy-on-failure")
async def on_failure(trial: Trial) -> None:
    """On failure: asked when the sandbox stopped a command, and only then."""
    trace = Trace(workspace=trial.workspace)
    async with trial.agent() as agent:
        scene = _Scene(agent, trial, Policy.ON_FAILURE)
        outcome = await scene.play(run_command(HARMLESS))
        scene.asked(
            "a plain command", outcome, expected=False, cause="is it asked for before it is tried?"
        )
        outcome = await scene.play(run_command("echo so-be-it; exit 3"))
        scene.asked(
            "a command that failed by itself",
            outcome,
            expected=False,
            cause="is every failure taken for the sandbox's doing?",
        )
        outcome = await scene.play(trace.wanted_plainly())
        if not outcome.asked and await trace.runs(trial):
            raise trial.untestable(
                "the sandbox did not hold",
                expected="a read-only sandbox that stops a command from writing a file",
                arrived=f"the command wrote {trace.file.name} without having been asked for",
                cause="can this machine confine commands (Landlock, bubblewrap, Seatbelt)?",
            )
        if scene.asked(
            "a command that the sandbox stopped",
            outcome,
            expected=True,
            cause="is the sandbox's refusal taken for the command's own failure?",
        ):
            trial.saw.equal(
                "runs of the command once it was accepted",
                expected=1,
                arrived=await trace.runs(trial),
                cause="is it not tried again outside the sandbox?",
            )


@check("approvals.command.policy-untrusted")
async def untrusted(trial: Trial) -> None:
    """Untrusted: asked for every command that is not known to be harmless."""
    trace = Trace(workspace=trial.workspace)
    async with trial.agent() as agent:
        scene = _Scene(agent, trial, Policy.UNTRUSTED)
        outcome = await scene.play(run_command("ls"))
        scene.asked(
            "a command known to be harmless (ls)",
            outcome,
            expected=False,
            cause="is there no list of harmless commands?",
        )
        outcome = await scene.play(trace.wanted_plainly())
        if scene.asked(
            "a command that writes a file",
            outcome,
            expected=True,
            cause="is every command taken for a harmless one?",
        ):
            trial.saw.equal(
                "runs of the command once it was accepted",
                expected=1,
                arrived=await trace.runs(trial),
                cause="is it run inside the sandbox, though it was accepted?",
            )
