"""What all tables of a profile have in common: unknown keys are errors, and windows of releases."""

from __future__ import annotations

from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ConfigDict

__all__ = ["Data", "Window"]


class Data(BaseModel):
    """Immutable, and unknown keys are an error: a typo in a profile must not pass silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Window(Data):
    """A range of releases: from the first that has something until the first that has not."""

    since: str | None = None
    until: str | None = None

    def holds(self, release: str | None) -> bool:
        """Whether the release lies in the window; one that is unknown counts as inside."""
        try:
            version = Version(release or "")
        except InvalidVersion:
            return True
        after = self.since is None or version >= Version(self.since)
        return after and (self.until is None or version < Version(self.until))
