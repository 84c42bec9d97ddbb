"""How a server is told of an MCP tool server, as data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from string import Template

from seatrial.profiles.window import Data

__all__ = ["ToolServers"]


class ToolServers(Data):
    """Where a server reads which MCP tool servers it has.

    Attributes:
        file: One of the profile's files.
        text: What is added to it for each tool server. `${name}` is its name; `${program}` and
            `${arguments}` are its command line over stdio, as JSON, which is TOML as well.
    """

    file: str
    text: str

    def filled(self, name: str, command: Sequence[str]) -> str:
        """Returns the text for one tool server.

        Raises:
            KeyError: A placeholder that does not exist.
        """
        program, *arguments = command
        return Template(self.text).substitute(
            name=name, program=json.dumps(program), arguments=json.dumps(arguments)
        )
