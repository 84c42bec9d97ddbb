"""Defects in what the model asks of the client: permissions, and questions to the user."""

from __future__ import annotations

from seatrial_reference.errors import TurnFailed, TurnInterrupted
from seatrial_reference.permissions import AskingPermission, Grant
from seatrial_reference.permits import Permits
from seatrial_reference.services import Parts
from seatrial_reference.user_input import AskingUser
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.permits import Permissions, Permit
    from seatrial_reference.settings import SandboxPolicy
    from seatrial_reference.wish import Result, Surroundings


class _ShowsPart(AskingPermission):
    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        wanted = self.request.wanted
        return {**facts, "permissions": type(wanted)(write=wanted.write[:1])}


class _GrantsWhole(AskingPermission):
    def granted(self, said: Permissions) -> Permissions:
        del said
        return self.request.wanted


class _TellsWhole(AskingPermission):
    def tell(self, taken: Grant) -> str:
        return super().tell(Grant(granted=self.request.wanted, for_session=taken.for_session))


class _Ignored(Permits):
    def widened(self, around: Surroundings) -> SandboxPolicy:
        return around.settings.sandbox


class _OutlivesTurn(Permits):
    def holds(self, permit: Permit, thread_id: str, turn_id: str) -> bool:
        del turn_id
        return permit.thread_id == thread_id


class _EndsWithTurn(AskingPermission):
    def take(self, answer: dict[str, Any]) -> Grant:
        return Grant(granted=super().take(answer).granted, for_session=False)


class _Everywhere(Permits):
    def holds(self, permit: Permit, thread_id: str, turn_id: str) -> bool:
        return permit.turn_id is None or super().holds(permit, thread_id, turn_id)


class _FirstQuestionOnly(AskingUser):
    def facts(self) -> dict[str, Any]:
        return {"questions": list(self.questions.asked[:1])}


class _AsksElsewhere(AskingUser):
    def put(self, request_id: int, facts: dict[str, Any]) -> None:
        super().put(request_id, {**facts, "thread": facts["turn"]})


class _SwapsAnswers(AskingUser):
    def tell(self, taken: dict[str, list[str]]) -> str:
        return super().tell(dict(zip(taken, reversed(taken.values()), strict=True)))


class _AnswerKillsTurn(AskingUser):
    def tell(self, taken: dict[str, list[str]]) -> str:
        if taken:
            raise TurnInterrupted
        return super().tell(taken)


class _SilenceKillsTurn(AskingUser):
    def tell(self, taken: dict[str, list[str]]) -> str:
        if not taken:
            raise TurnInterrupted
        return super().tell(taken)


class _MakesAnswersUp(AskingUser):
    def take(self, answer: dict[str, Any]) -> dict[str, list[str]]:
        asked = self.questions.asked
        return super().take(answer) or {one["id"]: [one["options"][0]["label"]] for one in asked}


class _FailsWhenInterrupted(AskingUser):
    def perform(self) -> Result:
        try:
            return super().perform()
        except TurnInterrupted:
            raise TurnFailed("the user did not answer") from None


VARIANTS = (
    Variant(
        name="permissions-shown-in-part",
        defect="The client is shown only a part of the permissions that are asked for.",
        parts=Parts(asking_permission=_ShowsPart),
    ),
    Variant(
        name="permissions-granted-whole",
        defect="A grant of a part is taken for a grant of everything that was asked for.",
        parts=Parts(asking_permission=_GrantsWhole),
    ),
    Variant(
        name="permissions-told-whole",
        defect="The model is told that it got everything that it asked for.",
        parts=Parts(asking_permission=_TellsWhole),
    ),
    Variant(
        name="permissions-ignored",
        defect="Permissions that were granted change nothing.",
        parts=Parts(permits=_Ignored),
    ),
    Variant(
        name="permissions-outlive-turn",
        defect="Permissions that were granted for a turn hold in the turns after it.",
        parts=Parts(permits=_OutlivesTurn),
    ),
    Variant(
        name="permissions-end-with-turn",
        defect="Permissions that were granted for the session end with the turn.",
        parts=Parts(asking_permission=_EndsWithTurn),
    ),
    Variant(
        name="permissions-everywhere",
        defect="Permissions that were granted for one thread's session hold in every thread.",
        parts=Parts(permits=_Everywhere),
    ),
    Variant(
        name="questions-first-only",
        defect="Of several questions only the first one is put to the user.",
        parts=Parts(asking_user=_FirstQuestionOnly),
    ),
    Variant(
        name="questions-elsewhere",
        defect="Questions to the user name another thread.",
        parts=Parts(asking_user=_AsksElsewhere),
    ),
    Variant(
        name="answers-swapped",
        defect="The answers of the first and the last question are swapped.",
        parts=Parts(asking_user=_SwapsAnswers),
    ),
    Variant(
        name="answers-kill-turn",
        defect="The turn is interrupted once the user has answered.",
        parts=Parts(asking_user=_AnswerKillsTurn),
    ),
    Variant(
        name="silence-kills-turn",
        defect="The turn is interrupted when the user gave no answer.",
        parts=Parts(asking_user=_SilenceKillsTurn),
    ),
    Variant(
        name="answers-made-up",
        defect="Where the user gave no answer, the first option is taken for it.",
        parts=Parts(asking_user=_MakesAnswersUp),
    ),
    Variant(
        name="questions-fail-interrupted",
        defect="A turn that is interrupted while the user is asked fails.",
        parts=Parts(asking_user=_FailsWhenInterrupted),
    ),
)
