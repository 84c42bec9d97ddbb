"""Scripts: the replies of the model, in order, each used once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from seatrial_provider.builders import EVENT_TYPES
from seatrial_provider.errors import ScriptError
from seatrial_provider.gates import Gate
from seatrial_provider.intents import Intent
from seatrial_provider.matchers import Matcher
from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.stream import FIRST_BYTE, HEADERS

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


@dataclass(slots=True, kw_only=True)
class ScriptedReply:
    """A reply in its place in the script.

    Attributes:
        number: The place, from 1; ids and headers of the answer follow from it.
        reply: The reply.
        used_by: The request that it answered, if any.
    """

    number: int
    reply: Reply
    used_by: RecordedRequest | None = None


class Script:
    """The replies of one provider, in order."""

    def __init__(self) -> None:
        self._replies: list[ScriptedReply] = []

    def __len__(self) -> int:
        return len(self._replies)

    def append(self, *replies: Reply) -> None:
        """Adds replies at the end.

        Args:
            *replies: What `reply(...)` made.

        Raises:
            ScriptError: Something else than a reply was given.
        """
        for added in replies:
            if not isinstance(added, Reply):
                raise ScriptError(
                    "a script was given something else than a reply",
                    expected="what reply(...) returns",
                    arrived=repr(added),
                    cause="Was an intent given where reply(intent) is meant?",
                    remedy="Wrap the intents of each answer in reply(...).",
                )
            self._replies.append(ScriptedReply(number=len(self._replies) + 1, reply=added))

    def take(self, request: RecordedRequest) -> ScriptedReply | None:
        """Takes the first unused reply that is for a request.

        Args:
            request: A request with a sound body.

        Returns:
            The reply, now used; None if there is none.
        """
        for scripted in self.unused():
            if scripted.reply.when is None or scripted.reply.when(request):
                scripted.used_by = request
                return scripted
        return None

    def unused(self) -> list[ScriptedReply]:
        """Returns the replies that answered nothing yet, in order."""
        return [scripted for scripted in self._replies if scripted.used_by is None]

    def used(self) -> list[ScriptedReply]:
        """Returns the replies that answered a request, in the order of the script."""
        return [scripted for scripted in self._replies if scripted.used_by is not None]
