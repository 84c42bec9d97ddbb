"""Replies: one whole answer of the model, as a script has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from seatrial_provider.errors import ScriptError
from seatrial_provider.gates import Gate
from seatrial_provider.intents import Intent
from seatrial_provider.responses.builders import EVENT_TYPES
from seatrial_provider.responses.stream import FIRST_BYTE, HEADERS
from seatrial_provider.script.matchers import Matcher

_POINTS = EVENT_TYPES | {HEADERS, FIRST_BYTE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One whole answer of the model.

    Attributes:
        intents: What the model wants, one output item each.
        gates: Gates by the name of the point where they hold the answer.
        when: Which request the answer is for; None answers any.
    """

    intents: tuple[Intent, ...]
    gates: Mapping[str, Gate] = field(default_factory=dict)
    when: Matcher | None = None

    def describe(self) -> str:
        """Returns the reply in a few words for messages."""
        words = ", ".join(intent.describe() for intent in self.intents)
        condition = "" if self.when is None else f", when {self.when.description}"
        return f"reply({words}){condition}"


def reply(
    *intents: Intent,
    gates: Mapping[str, Gate] | None = None,
    when: Matcher | None = None,
) -> Reply:
    """Makes one answer of the model.

    Args:
        *intents: What the model wants; several become several output items.
        gates: Gates by the name of their point: `headers` (before the response headers),
            `first-byte` (after them) or a type of event (before the first of that type).
        when: Which request the answer is for; None answers any.

    Returns:
        The reply.

    Raises:
        ScriptError: No intent was given, something else than an intent was given, or a gate
            is set at a point that does not exist.
    """
    given: tuple[object, ...] = intents
    strangers = [intent for intent in given if not isinstance(intent, Intent)]
    if not intents or strangers:
        raise ScriptError(
            "a reply was built from something else than intents",
            expected="one intent or more, such as say(...) or run_command(...)",
            arrived=f"{strangers[0]!r}" if strangers else "no intent",
            cause="Was a bare text given where say(text) is meant?",
            remedy="Wrap each thing the model does in an intent.",
        )
    unknown = sorted(set(gates or {}) - _POINTS)
    if unknown:
        raise ScriptError(
            "a gate is set at a point that does not exist",
            expected=f"one of {', '.join(sorted(_POINTS))}",
            arrived=", ".join(repr(name) for name in unknown),
            cause="Is the name misspelt, or is it an event that this provider does not send?",
            remedy="Use one of the names above as the key in gates={...}.",
        )
    return Reply(intents=intents, gates=MappingProxyType(dict(gates or {})), when=when)
