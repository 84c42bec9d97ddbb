"""Conditions on the items of the conversation: messages, tool outputs, whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from seatrial_provider.content import texts_of
from seatrial_provider.errors import ScriptError
from seatrial_provider.recorded import OUTPUT_TYPES, output_call_id
from seatrial_provider.script.conditions.base import Condition
from seatrial_provider.script.conditions.text import TextCondition

if TYPE_CHECKING:
    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest

Role = Literal["user", "assistant", "developer", "system"]
"""Who a message is from."""

LastRole = Literal["user", "assistant", "developer", "system", "tool"]
"""Who the last item is from; the output of a call is from a tool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserText(TextCondition):
    """The last message of the user, its parts joined by line ends."""

    key: ClassVar[str] = "user_text"
    short: ClassVar[str | None] = "contains"

    def subject(self) -> str:
        """Returns which text is tested, in words."""
        return "the last user message"

    def texts(self, request: RecordedRequest) -> list[str]:
        """Returns the text of the last user message, if there is one."""
        found = [item for item in request.input if _role(item) == "user"]
        return [_text(item.get("content")) for item in found[-1:]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageText(TextCondition):
    """Some message of a role, its parts joined by line ends; without a test, that there is one.

    Attributes:
        role: Who the message is from.
    """

    key: ClassVar[str] = "message"
    short: ClassVar[str | None] = "role"
    needs_test: ClassVar[bool] = False

    role: Role

    def subject(self) -> str:
        """Returns which text is tested, in words."""
        return f"a message of role {self.role!r}"

    def texts(self, request: RecordedRequest) -> list[str]:
        """Returns the text of each message of the role."""
        return [_text(i.get("content")) for i in request.input if _role(i) == self.role]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastItem(Condition):
    """Who the last item of the input is from.

    Attributes:
        role: The role of the message, or `tool` for the output of a call.
    """

    key: ClassVar[str] = "last_item"
    short: ClassVar[str | None] = "role"

    role: LastRole

    @property
    def description(self) -> str:
        """The item and its role."""
        return f"the last input item is from {self.role!r}"

    @property
    def opening(self) -> bool:
        """Whether the first request of a conversation can end so."""
        return self.role not in ("assistant", "tool")

    def __call__(self, request: RecordedRequest) -> bool:
        """Tells whether the last item is from the role."""
        return _role(request.input[-1]) == self.role if request.input else False

    def difference(self, request: RecordedRequest) -> tuple[str, float]:
        """Tells who it is from instead."""
        if not request.input:
            return "the input is empty", 0.0
        return f"it is from {_role(request.input[-1]) or 'nobody'!r}", 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOutput(TextCondition):
    """The output of a call has come since the assistant's last message; its text may be tested.

    Attributes:
        call_id: The id of the call; its output may stand anywhere then.
    """

    key: ClassVar[str] = "tool_output"
    short: ClassVar[str | None] = "contains"
    needs_test: ClassVar[bool] = False

    call_id: str | None = None

    @property
    def opening(self) -> bool:
        """No: the first request of a conversation has no output yet."""
        return False

    def subject(self) -> str:
        """Returns which text is tested, in words."""
        if self.call_id is not None:
            return f"the output of call {self.call_id!r}"
        return "a tool output since the assistant's last message"

    def texts(self, request: RecordedRequest) -> list[str]:
        """Returns the text of each output that counts."""
        found: list[JsonObject] = []
        for item in request.input:
            if item.get("type") in OUTPUT_TYPES:
                found.append(item)
            elif self.call_id is None and _role(item) == "assistant":
                found.clear()
        if self.call_id is not None:
            found = [item for item in found if output_call_id(item) == self.call_id]
        return [_text(item.get("output")) for item in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions(TextCondition):
    """The `instructions` of the request."""

    key: ClassVar[str] = "instructions"
    short: ClassVar[str | None] = "contains"

    def subject(self) -> str:
        """Returns which text is tested, in words."""
        return "the instructions"

    def texts(self, request: RecordedRequest) -> list[str]:
        """Returns the instructions, if there are any."""
        text = request.instructions_text()
        return [text] if text else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(Condition):
    """Which turn of the conversation it is.

    A turn ends with a message of the assistant that a message of the user follows.

    Attributes:
        number: The number of the turn, from 1.
    """

    key: ClassVar[str] = "turn"
    short: ClassVar[str | None] = "number"

    number: int

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ScriptError(
                "a condition asks for a turn that cannot be",
                expected="a number from 1",
                arrived=str(self.number),
                cause="Is it counted from 0?",
                remedy="The first turn has the number 1.",
            )

    @property
    def description(self) -> str:
        """The turn and its number."""
        return f"the turn is number {self.number}"

    @property
    def opening(self) -> bool:
        """Whether it is the first turn."""
        return self.number == 1

    def __call__(self, request: RecordedRequest) -> bool:
        """Tells whether the request is of the turn."""
        return turn_of(request) == self.number

    def difference(self, request: RecordedRequest) -> tuple[str, float]:
        """Tells which turn it is instead."""
        turn = turn_of(request)
        return f"it is number {turn}", min(turn, self.number) / max(turn, self.number)


def turn_of(request: RecordedRequest) -> int:
    """Returns which turn of its conversation a request is of, from 1.

    Args:
        request: A request with a sound body.
    """
    turn, last = 1, ""
    for item in request.input:
        role = _role(item)
        if role == "user" and last == "assistant":
            turn += 1
        if role not in ("developer", "system", ""):
            last = role
    return turn


def steps_of_turn(request: RecordedRequest) -> int:
    """Returns how many outputs of calls the present turn holds already.

    Args:
        request: A request with a sound body.
    """
    steps = 0
    for item in request.input:
        if item.get("type") in OUTPUT_TYPES:
            steps += 1
        elif _role(item) == "user":
            steps = 0
    return steps


def _role(item: JsonObject) -> str:
    if item.get("type") in OUTPUT_TYPES:
        return "tool"
    role = item.get("role")
    return role if isinstance(role, str) and item.get("type", "message") == "message" else ""


def _text(content: object) -> str:
    return "\n".join(texts_of(content))
