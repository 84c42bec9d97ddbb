"""When files are changed unasked, when the client is asked first, when the model is refused."""

from __future__ import annotations

import os

from seatrial_reference.config import ApprovalPolicy
from seatrial_reference.policy import Ask, Refuse, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial_reference.patch.files import FileChange
    from seatrial_reference.settings import SandboxPolicy, Settings


class ChangePolicy:
    """The four approval policies on patches, as Codex 0.98.0 and 0.163.0 behave (tried)."""

    def judge(
        self, changes: Sequence[FileChange], settings: Settings, sandbox: SandboxPolicy
    ) -> Run | Ask | Refuse:
        """Decide about changes before they are made.

        Args:
            changes: The changes.
            settings: What the turn runs under.
            sandbox: Its sandbox, with what was granted besides.
        """
        allowed = not sandbox.confines or self.inside(changes, sandbox.roots(settings.cwd))
        match settings.approval:
            case ApprovalPolicy.UNTRUSTED:
                return Ask(reason=None)
            case _ if allowed:
                return Run(sandboxed=True)
            case ApprovalPolicy.NEVER:
                return Refuse(
                    message="patch rejected: it writes where the sandbox does not allow it, and "
                    "the approval policy is never"
                )
            case _:
                return Ask(reason=None)

    def inside(self, changes: Sequence[FileChange], roots: Sequence[str]) -> bool:
        """Tell whether all changes are inside the folders that may be written to."""
        real = [os.path.realpath(root) for root in roots]
        return all(_within(path, real) for change in changes for path in change.touched)


def _within(path: str, roots: Sequence[str]) -> bool:
    target = os.path.realpath(path)
    return any(os.path.commonpath([target, root]) == root for root in roots)
