"""What of earlier runs is still valid: when a result is reused, and when it is judged anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from seatrial.conformance.baseline import Divergence, apply
from seatrial.conformance.judge import rerun_command
from seatrial.conformance.matrix.cache import Entry, Greeting, Kept
from seatrial.conformance.matrix.keys import Keys
from seatrial.conformance.result import CheckResult
from seatrial.conformance.selection import Case
from seatrial.conformance.verdict import Verdict
from seatrial.servers import ServerUnderTest

__all__ = ["Memory", "now"]

TELLING = frozenset({Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.NOT_APPLICABLE})
"""What a check itself can come out as that says something about the server, and is kept."""


def now() -> str:
    """Returns this moment, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Memory:
    """The results of earlier runs, in the light of what is known of real servers today.

    A kept result is what the check itself said, so a divergence that was written down since, or
    taken away, is applied to it like to a new one. It is reused if it is green then. What is red is
    judged anew, and so is what is listed as failing in some runs only.

    Args:
        kept: Where results are kept.
        listed: What is known of real servers.
        fresh: Whether nothing is reused.

    Attributes:
        keys: Makes the keys under which it is asked.
    """

    def __init__(self, kept: Kept, listed: Sequence[Divergence], *, fresh: bool) -> None:
        self._kept = kept
        self._listed = listed
        self._fresh = fresh
        self.keys = Keys()

    def greeting(self, key: str | None) -> Greeting | None:
        """Returns what a server said of itself, if that is known under the key."""
        return None if key is None or self._fresh else self._kept.find(key, Greeting)

    def keep_greeting(
        self, greeting: Greeting, server: ServerUnderTest, dialect: str, key: str | None
    ) -> None:
        """Keeps what the server said of itself, unless it changed in the meantime."""
        if key is not None and key == Keys().of_greeting(server, dialect):
            self._kept.keep(key, greeting)

    def result(
        self, case: Case, server: ServerUnderTest, key: str | None
    ) -> tuple[CheckResult, str] | None:
        """Returns a result that is still valid and when it was judged; None to judge anew."""
        entry = None if key is None or self._fresh else self._kept.find(key, Entry)
        if entry is None or self._varies(entry.result, server):
            return None
        again = rerun_command(server, case.requirement.id, case.dialect, case.wire)
        result = self.applied(entry.result.model_copy(update={"rerun": again}), server)
        return (result, entry.judged) if result.verdict.is_green else None

    def keep_result(
        self, raw: CheckResult, case: Case, server: ServerUnderTest, key: str | None
    ) -> None:
        """Keeps a result, unless what it depends on changed while it was judged.

        Args:
            raw: What the check said.
            case: The case.
            server: The server.
            key: The case's key from before it was judged.
        """
        if raw.verdict in TELLING and key is not None and key == Keys().of(case, server):
            self._kept.keep(key, Entry(judged=now(), result=raw))

    def applied(self, raw: CheckResult, server: ServerUnderTest) -> CheckResult:
        """Returns a result in the light of what is known."""
        return apply(raw, self._listed, profile=server.profile.name, release=server.release)

    def _varies(self, raw: CheckResult, server: ServerUnderTest) -> bool:
        covering = (
            row for row in self._listed if row.covers(raw, server.profile.name, server.release)
        )
        return any(row.sometimes for row in covering)
