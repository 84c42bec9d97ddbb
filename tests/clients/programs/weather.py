"""What every client program shares: the tool that the model may call, and how it reports."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from typing import Any

QUESTION = "What is the weather in Oslo?"
NAME = "get_weather"
DESCRIPTION = "Says what the weather is."
PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}


def get_weather(city: str) -> str:
    """Says what the weather is."""
    return f"7 degrees in {city}"


@dataclass
class Understood:
    """What a client made of the streams it was sent.

    Attributes:
        text: The deltas of the last answer, joined.
        final: The last answer as the client holds it when all is over.
        calls: The calls of tools, each with name and arguments.
        reasoning: What it saw of the model's reasoning, if it shows that.
        tokens: The tokens that the client counted: input, output.
    """

    text: str = ""
    final: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    reasoning: str = ""
    tokens: list[int] = field(default_factory=list)


def call(name: str, arguments: str | dict[str, Any]) -> dict[str, Any]:
    """Returns a call as it is reported, its arguments parsed."""
    parsed = json.loads(arguments) if isinstance(arguments, str) else arguments
    return {"name": name, "arguments": parsed}


def base_url() -> str:
    """Returns the address that the program was given."""
    return sys.argv[1]


def report(understood: Understood) -> None:
    """Prints what was understood, for the test to read."""
    print(json.dumps(asdict(understood)))
