"""Requests for permissions: what was granted works, what was not does not, as long as was said."""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial.dialects import Agent, Conversation, Permissions, Policy, Sandbox, Scope
from seatrial_provider import Permissions as Wanted
from seatrial_provider import Reply, reply, request_permissions, run_command, say
from seatrial_suites.approvals.scenes import told

__all__ = ["granted_in_part", "held"]

WHY = "Seatrial asks whether it may write here"


class _Scene:
    """A workspace that is read-only but for what is granted: two folders, and who writes there."""

    def __init__(self, trial: Trial, agent: Agent) -> None:
        self._trial = trial
        self._agent = agent
        self.granted = trial.workspace / "granted"
        self.withheld = trial.workspace / "withheld"
        for folder in (self.granted, self.withheld):
            folder.mkdir()

    async def start(self) -> Conversation:
        """Starts a conversation in which nothing may be written to."""
        return await self._agent.start(
            cwd=self._trial.workspace, policy=Policy.ON_REQUEST, sandbox=Sandbox.READ_ONLY
        )

    async def ask(self, conversation: Conversation, scope: Scope, name: str) -> list[str]:
        """Has the model ask for both folders, grants one, and has it write to both.

        Args:
            conversation: The conversation.
            scope: How long the grant is to hold.
            name: The file that the model tries to write in each folder.

        Returns:
            What the model asked for, as the client was shown it.
        """
        wanted = Wanted(write=[str(self.granted), str(self.withheld)])
        self._trial.model(
            reply(request_permissions(wanted, reason=WHY)),
            *self._writes(self.granted, self.withheld, name=name),
            reply(say("done")),
        )
        turn = await conversation.send("write there")
        request = await turn.inquiries.permissions()
        granted = Permissions(write=[str(self.granted)])
        turn.inquiries.grant(request, granted, scope)
        await turn.end()
        await self._agent.fence()
        return [*request.wanted.write, str(request.reason)]

    async def write(self, conversation: Conversation, name: str) -> None:
        """Has the model write to the granted folder in a turn of its own, without asking."""
        self._trial.model(*self._writes(self.granted, name=name), reply(say("done")))
        await (await conversation.send("write again")).end()
        await self._agent.fence()

    def _writes(self, *folders: object, name: str) -> list[Reply]:
        return [reply(run_command(f"echo written > '{folder}/{name}'")) for folder in folders]

    def wrote(self, subject: str, name: str, *, expected: list[str], cause: str) -> None:
        """Looks into which of the folders the model could write."""
        folders = (self.granted, self.withheld)
        self._trial.saw.equal(
            subject,
            expected=expected,
            arrived=[folder.name for folder in folders if (folder / name).exists()],
            cause=cause,
        )


@check("approvals.permissions.part")
async def granted_in_part(trial: Trial) -> None:
    """Granted in part: the client is shown all that is asked for; what it grants works, no more."""
    async with trial.agent() as agent:
        scene = _Scene(trial, agent)
        shown = await scene.ask(await scene.start(), Scope.TURN, "file")
        trial.saw.equal(
            "what the request shows: the folders, and the reason",
            expected=[str(scene.granted), str(scene.withheld), WHY],
            arrived=shown,
            cause="is the client asked to grant something that it is not shown?",
        )
        scene.wrote(
            "the folders that could be written to",
            "file",
            expected=["granted"],
            cause="is a grant of a part taken for all of it, or for nothing?",
        )
        answer = told(trial.provider.requests[1])
        trial.saw.that(
            "what the model was told of the grant",
            str(scene.granted) in answer and str(scene.withheld) not in answer,
            expected=f"{scene.granted} and not {scene.withheld}",
            arrived=answer,
            cause="does the model know what it may do?",
        )


@check("approvals.permissions.scope")
async def held(trial: Trial) -> None:
    """A grant for the turn ends with it; one for the session holds on, in that conversation."""
    async with trial.agent() as agent:
        scene = _Scene(trial, agent)
        here, there = await scene.start(), await scene.start()
        await scene.ask(here, Scope.TURN, "during")
        await scene.write(here, "later")
        scene.wrote(
            "the folders that could be written to in the turn of the grant",
            "during",
            expected=["granted"],
            cause="does a grant not hold, or hold for more than it says?",
        )
        scene.wrote(
            "the folders that could be written to after a grant for the turn",
            "later",
            expected=[],
            cause="does a grant for one turn hold in the next?",
        )
        await scene.ask(here, Scope.SESSION, "granted")
        await scene.write(here, "still")
        await scene.write(there, "elsewhere")
        scene.wrote(
            "the folders that could be written to after a grant for the session",
            "still",
            expected=["granted"],
            cause="is a grant for the session forgotten when the turn ends?",
        )
        scene.wrote(
            "the folders that could be written to in another conversation",
            "elsewhere",
            expected=[],
            cause="does the grant of one conversation reach into another?",
        )
