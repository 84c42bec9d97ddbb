"""What a check has changed about a server's configuration, for every start from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seatrial.errors import SeatrialError
from seatrial.profiles import Profile

__all__ = ["NoSuchOption", "Setup"]


class NoSuchOption(SeatrialError):
    """A check asked for an option that the profile has not, or gave it too little."""


@dataclass(slots=True)
class Setup:
    """What is added to a profile's configuration.

    Attributes:
        additions: What is added to the ends of the profile's files, by their names.
        values: What is added to the profile's values, by placeholder.
        variables: What is set in the server's environment besides, by name.
        arguments: What is added to the end of the server's command line.
        exclusive: What the server must not share with another one that runs.
    """

    additions: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)
    exclusive: set[str] = field(default_factory=set)

    def choose(
        self, profile: Profile, release: str | None, name: str, given: Mapping[str, str]
    ) -> dict[str, str]:
        """Takes an option of the profile's; returns the files that it wants in the home.

        Raises:
            NoSuchOption: The release has no such option, or it needs what is not given.
        """
        options = [one for one in profile.options if one.name == name and one.holds(release)]
        try:
            values, variables = options[0].filled(given)
            arguments = options[0].started(given)
            files = options[0].written(given)
        except (IndexError, KeyError) as error:
            raise NoSuchOption(
                f"{profile.title} has no option {name!r} that can be used so",
                expected=", ".join(sorted({one.name for one in profile.options})) or "no option",
                arrived=f"{name!r} with {', '.join(given) or 'nothing'}",
                cause=f"does the option need {error}?"
                if options
                else "does the requirement not name it under `needs`?",
                remedy="add the option to the profile, or the need to the requirement",
            ) from None
        for placeholder, text in values.items():
            self.values[placeholder] = self.values.get(placeholder, "") + text
        self.variables |= variables
        self.arguments += arguments
        self.exclusive |= {options[0].exclusive} - {""}
        return files
