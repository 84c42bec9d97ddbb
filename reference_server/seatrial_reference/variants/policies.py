"""Defects in when the client is asked, policy by policy."""

from __future__ import annotations

from seatrial_reference.config import ApprovalPolicy
from seatrial_reference.policy import Ask, Policy, Refuse, Run
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.commands import Command
    from seatrial_reference.runner import Outcome
    from seatrial_reference.settings import Settings


class _NeverAsks(Policy):
    def escalated_never(self, command: Command) -> Run | Ask | Refuse:
        return Ask(reason=command.justification)


class _NeverRuns(Policy):
    def escalated_never(self, command: Command) -> Run | Ask | Refuse:
        del command
        return Run(sandboxed=False)


class _AsksForPlain(Policy):
    policy: ApprovalPolicy

    def plain(self, command: Command, settings: Settings) -> Run | Ask | Refuse:
        if settings.approval is self.policy and settings.sandbox.confines:
            return Ask(reason=command.justification)
        return super().plain(command, settings)


class _NeverAsksForPlain(_AsksForPlain):
    policy = ApprovalPolicy.NEVER


class _RefusesPlain(Policy):
    policy: ApprovalPolicy

    def plain(self, command: Command, settings: Settings) -> Run | Ask | Refuse:
        if settings.approval is self.policy:
            return self.refusal(self.policy)
        return super().plain(command, settings)


class _NeverRefusesPlain(_RefusesPlain):
    policy = ApprovalPolicy.NEVER


class _OnRequestRefusesPlain(_RefusesPlain):
    policy = ApprovalPolicy.ON_REQUEST


class _OnRequestAlwaysAsks(_AsksForPlain):
    policy = ApprovalPolicy.ON_REQUEST


class _OnFailureAsksFirst(_AsksForPlain):
    policy = ApprovalPolicy.ON_FAILURE


class _LosesJustification(Policy):
    def escalated_on_request(self, command: Command) -> Run | Ask | Refuse:
        del command
        return Ask(reason=None)


class _OnFailureNeverAsks(Policy):
    def retries(self, outcome: Outcome, settings: Settings) -> bool:
        del outcome, settings
        return False


class _OnFailureAsksForAny(Policy):
    def retries(self, outcome: Outcome, settings: Settings) -> bool:
        return settings.approval is ApprovalPolicy.ON_FAILURE and outcome.exit_code != 0


class _TrustsAll(Policy):
    def trusts(self, command: Command) -> bool:
        del command
        return True


class _TrustsNone(Policy):
    def trusts(self, command: Command) -> bool:
        del command
        return False


VARIANTS = (
    Variant(
        name="never-asks-for-plain",
        defect="Under `never`, commands that are content with the sandbox are asked for.",
        parts=Parts(policy=_NeverAsksForPlain),
    ),
    Variant(
        name="never-refuses-plain",
        defect="Under `never`, commands that are content with the sandbox do not run.",
        parts=Parts(policy=_NeverRefusesPlain),
    ),
    Variant(
        name="on-request-refuses-plain",
        defect="Under `on-request`, commands that are content with the sandbox do not run.",
        parts=Parts(policy=_OnRequestRefusesPlain),
    ),
    Variant(
        name="never-asks-anyway",
        defect="Under `never`, a command that asks to leave the sandbox is asked for.",
        parts=Parts(policy=_NeverAsks),
    ),
    Variant(
        name="never-runs-escalated",
        defect="Under `never`, a command that asks to leave the sandbox runs outside it.",
        parts=Parts(policy=_NeverRuns),
    ),
    Variant(
        name="on-request-always-asks",
        defect="Under `on-request`, commands that are content with the sandbox are asked for.",
        parts=Parts(policy=_OnRequestAlwaysAsks),
    ),
    Variant(
        name="on-request-loses-justification",
        defect="Under `on-request`, the request does not carry the model's justification.",
        parts=Parts(policy=_LosesJustification),
    ),
    Variant(
        name="on-failure-asks-first",
        defect="Under `on-failure`, the client is asked before the command was tried.",
        parts=Parts(policy=_OnFailureAsksFirst),
    ),
    Variant(
        name="on-failure-never-asks",
        defect="Under `on-failure`, the client is not asked when the sandbox stopped a command.",
        parts=Parts(policy=_OnFailureNeverAsks),
    ),
    Variant(
        name="on-failure-asks-for-any-failure",
        defect="Under `on-failure`, the client is asked for every command that failed.",
        parts=Parts(policy=_OnFailureAsksForAny),
    ),
    Variant(
        name="untrusted-trusts-all",
        defect="Under `untrusted`, no command is asked for.",
        parts=Parts(policy=_TrustsAll),
    ),
    Variant(
        name="untrusted-asks-for-safe",
        defect="Under `untrusted`, commands that only read are asked for.",
        parts=Parts(policy=_TrustsNone),
    ),
)
