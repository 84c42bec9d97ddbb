"""How a server writes the schema of its own messages, and what that schema leaves unsaid."""

from __future__ import annotations

from pydantic import Field

from seatrial.profiles.window import Data, Window

__all__ = ["Events", "Schema", "Writes"]


class Writes(Window):
    """How the releases in the window write the schema of their own messages.

    Attributes:
        arguments: What the program is started with for it; `${folder}` is where it writes.
    """

    arguments: tuple[str, ...]


class Events(Data):
    """Notifications that a schema does not list, but whose content it describes.

    Attributes:
        prefix: What their methods begin with.
        member: The member of their params that has the content.
        definition: The definition that describes it.
    """

    prefix: str
    member: str
    definition: str


class Schema(Data):
    """The schema that a server writes of its own messages.

    Attributes:
        file: The file, among those that it writes, that has all definitions.
        writes: How each release writes it; the first whose window has the release.
        responses: The definition of the answer to a method, where its name does not follow from
            that of the params: `XParams` is answered by `XResponse`.
        events: Notifications that the schema does not list, but whose content it describes.
    """

    file: str
    writes: tuple[Writes, ...]
    responses: dict[str, str] = Field(default_factory=dict)
    events: Events | None = None

    def arguments(self, release: str | None) -> tuple[str, ...] | None:
        """Returns what a release is started with to write its schema; None if it writes none."""
        return next((one.arguments for one in self.writes if one.holds(release)), None)
