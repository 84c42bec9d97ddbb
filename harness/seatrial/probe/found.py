"""What was found out about a server by asking it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from seatrial.dialects import Policy, Sandbox
from seatrial.profiles import Schema

__all__ = ["Failure", "Found", "Spoke", "Tried"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True)


class Failure(_Data):
    """A question that was not answered.

    Attributes:
        question: What was asked.
        why: What came instead, in a line.
    """

    question: str
    why: str


class Spoke(_Data):
    """A dialect that the server speaks.

    Attributes:
        dialect: Its name.
        arguments: What the program was started with for it.
        opening: How the connection was opened.
        words: How it spells policies and sandbox modes, where it differs.
        user_agent: What the server called itself.
        release: Its release, as far as it said so.
    """

    dialect: str
    arguments: tuple[str, ...]
    opening: str
    words: dict[str, str]
    user_agent: str
    release: str | None


class Tried(_Data):
    """What came of a turn under one approval policy.

    Attributes:
        policy: The policy.
        asked: Whether the server asked for approval of the command; None where it was not seen.
    """

    policy: Policy
    asked: bool | None = None


class Found(_Data):
    """Everything that was found out.

    Attributes:
        program: The program, without the arguments that a dialect needs.
        spoken: The dialects, the first way for each.
        wires: The APIs in which it asked its model provider.
        tools: The tools that it offered to the model, each by its kind and name.
        policies: The approval policies that it took.
        sandboxes: The sandbox modes that it took.
        methods: The methods that it has, by dialect.
        described: The dialects whose methods are from its schema; the others' were asked for.
        own_schema: How it writes its schema; None if it writes none.
        leaves: What it does when its stdin ends.
        failures: The questions that were not answered.
    """

    program: tuple[str, ...]
    spoken: tuple[Spoke, ...] = ()
    wires: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    policies: tuple[Tried, ...] = ()
    sandboxes: tuple[Sandbox, ...] = ()
    methods: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    described: tuple[str, ...] = ()
    own_schema: Schema | None = None
    leaves: str = ""
    failures: tuple[Failure, ...] = ()

    def with_(self, **more: Any) -> Found:
        """Returns the same with something added."""
        return self.model_copy(update=more)
