"""The tools of the tool server, as data: what they are called, what they take, what they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from seatrial.toolserver.forms import FORMS

__all__ = ["TOOLS", "ToolEntry"]

_TEXT = {"type": "string"}
_FORM = {**_TEXT, "enum": list(FORMS), "default": "name"}
_GATE = {**_TEXT, "description": "The name of the gate."}
_ADDRESS = "https://example.invalid/sign-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolEntry:
    """One tool.

    Attributes:
        name: Its name.
        does: What it does, in one sentence.
        takes: The properties of its arguments.
        required: Those that must be given.
        gives: The schema of its structured content, if it has one of its own.
        read_only: Whether it says of itself that it changes nothing.
    """

    name: str
    does: str
    takes: dict[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    gives: dict[str, Any] | None = None
    read_only: bool = True

    @property
    def schema(self) -> dict[str, Any]:
        """The schema of its arguments."""
        return {
            "type": "object",
            "properties": self.takes,
            "required": list(self.required),
            "additionalProperties": False,
        }


TOOLS: dict[str, ToolEntry] = {
    tool.name: tool
    for tool in (
        ToolEntry(
            name="ask",
            does="Asks the user by one form, and gives the answer back.",
            takes={"form": _FORM},
        ),
        ToolEntry(
            name="ask_url",
            does="Asks the user to open an address, and gives the answer back.",
            takes={"url": {**_TEXT, "default": _ADDRESS}},
        ),
        ToolEntry(
            name="ask_twice",
            does="Asks by the same form twice, one after the other.",
            takes={"form": _FORM},
        ),
        ToolEntry(
            name="ask_both",
            does="Asks by the forms `name` and `numbers` at once, in one call.",
        ),
        ToolEntry(
            name="wait",
            does="Waits until its gate is opened; a cancellation is noted in the journal.",
            takes={"gate": _GATE},
            required=("gate",),
        ),
        ToolEntry(
            name="open",
            does="Opens a gate, for good.",
            takes={"gate": _GATE},
            required=("gate",),
            read_only=False,
        ),
        ToolEntry(name="fail", does="Fails: its result says so (isError)."),
        ToolEntry(name="refuse", does="Is answered with an error of the protocol (-32603)."),
        ToolEntry(
            name="large",
            does="Gives a text of as many bytes as it is asked for.",
            takes={"bytes": {"type": "integer", "minimum": 0, "maximum": 64_000_000}},
            required=("bytes",),
        ),
        ToolEntry(
            name="structured",
            does="Gives structured content beside a text.",
            gives={
                "type": "object",
                "properties": {"depth": {"type": "number"}, "fish": {"type": "array"}},
                "required": ["depth", "fish"],
            },
        ),
        ToolEntry(
            name="progress",
            does="Reports its progress in steps, if the caller gave a token for it.",
            takes={"steps": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 3}},
        ),
        ToolEntry(
            name="echo",
            does="Gives back a text, and the `_meta` of the call as structured content.",
            takes={"text": _TEXT},
            required=("text",),
        ),
    )
}
"""Each by its name."""
