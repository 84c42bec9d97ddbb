"""Ways to configure a server otherwise than usual, as data: what a check may ask a profile for."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from pydantic import Field

from seatrial.profiles.window import Window

__all__ = ["Option"]


class Option(Window):
    """One such way, and the releases that have it.

    Attributes:
        name: What a check asks for, and what requirements name under `needs`.
        reason: Why the releases outside the window have it not.
        values: What is added to the profile's own `values`, by name.
        environment: What is added to the server's environment.
        arguments: What is added to the end of the server's command line.
        files: What is written into the home when it is chosen, by path; other than the profile's
            own files it is not written again at a later start.
        exclusive: A name for what the machine has only one of, such as a port that is fixed: no
            two servers with this option run at once.

    Placeholders in all: what the check gives, such as `${issuer}`.
    """

    name: str
    reason: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    environment: dict[str, str] = Field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    exclusive: str = ""
    files: dict[str, str] = Field(default_factory=dict)

    def filled(self, given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Returns the values and the environment, with what a check gives filled in.

        Raises:
            KeyError: A placeholder that the check gives nothing for.
        """
        return (
            {name: Template(text).substitute(given) for name, text in self.values.items()},
            {name: Template(text).substitute(given) for name, text in self.environment.items()},
        )

    def started(self, given: Mapping[str, str]) -> list[str]:
        """Returns the arguments, with what a check gives filled in.

        Raises:
            KeyError: A placeholder that the check gives nothing for.
        """
        return [Template(word).substitute(given) for word in self.arguments]

    def written(self, given: Mapping[str, str]) -> dict[str, str]:
        """Returns the files, with what a check gives filled in.

        Raises:
            KeyError: A placeholder that the check gives nothing for.
        """
        return {name: Template(text).substitute(given) for name, text in self.files.items()}
