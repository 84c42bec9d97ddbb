"""Replies: one whole answer of the model, as a script has it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypedDict, Unpack

from seatrial_provider.errors import ScriptError, misspelt
from seatrial_provider.faults.base import Fault
from seatrial_provider.faults.together import checked
from seatrial_provider.gates import Gate
from seatrial_provider.intents import Intent, Replay
from seatrial_provider.responses.endings import COMPLETED, Ending
from seatrial_provider.responses.points import EVENT_TYPES, FIRST_BYTE, HEADERS, counted, is_point
from seatrial_provider.responses.usage import Usage
from seatrial_provider.script.conditions.base import Condition
from seatrial_provider.script.options import check_names, checked_headers, checked_kind

if TYPE_CHECKING:
    from seatrial_provider.recorded import RecordedRequest

_POINTS = sorted(EVENT_TYPES | {HEADERS, FIRST_BYTE})

Compute = Callable[["RecordedRequest"], "Reply | Intent | Sequence[Intent]"]
"""Computes a reply from the request that it answers."""


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Reply:
    """One whole answer of the model.

    Attributes:
        intents: What the model wants, one output item each.
        gates: Gates by the name of the point where they hold the answer.
        when: Which request the answer is for; None answers any.
        permanent: Whether it answers any number of requests; otherwise one.
        compute: Makes the rest from the request; None for a reply that is given as it is.
        origin: Where it is written down, such as `script.yaml:12`; empty if in Python.
        ending: How the answer ends.
        usage: The tokens that it says it took; None for a few.
        headers: Headers of the HTTP response, over those that the API sends; names in lower case.
        queued: Whether it waits in a queue before it begins, as background responses do.
        faults: What goes wrong when it is sent.
    """

    intents: tuple[Intent, ...]
    gates: Mapping[str, Gate] = field(default_factory=dict)
    when: Condition | None = None
    permanent: bool = False
    compute: Compute | None = None
    origin: str = ""
    ending: Ending = COMPLETED
    usage: Usage | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    queued: bool = False
    faults: tuple[Fault, ...] = ()

    def describe(self) -> str:
        """Returns the reply in a few words for messages."""
        words = ", ".join(intent.describe() for intent in self.intents)
        made = f"reply({words})" if self.compute is None else f"reply_with({_name(self.compute)})"
        kind = " permanent" if self.permanent else ""
        condition = "" if self.when is None else f", when {self.when.description}"
        origin = f" ({self.origin})" if self.origin else ""
        return f"{made}{kind}{condition}{origin}"


class ReplyOptions(TypedDict, total=False):
    """What a reply can be given beside the thing that it says.

    Attributes:
        gates: Gates by the name of their point: `headers` (before the response headers),
            `first-byte` (after them), a type of event (before the first of that type), or an
            event of a type or of any by its number from 0, such as `event[5]`.
        when: Which request the answer is for; None answers any.
        permanent: Whether it answers any number of requests; otherwise one.
        ending: How the answer ends: well, unless this says otherwise.
        usage: The tokens that it says it took; None for a few.
        headers: Headers of the HTTP response, over those that the API sends.
        queued: Whether it waits in a queue before it begins, as background responses do.
        faults: What goes wrong when it is sent, each on its attempts.
    """

    gates: Mapping[str, Gate] | None
    when: Condition | None
    permanent: bool
    ending: Ending
    usage: Usage | None
    headers: Mapping[str, str] | None
    queued: bool
    faults: Iterable[Fault]


def reply(*intents: Intent, **options: Unpack[ReplyOptions]) -> Reply:
    """Makes one answer of the model.

    Args:
        *intents: What the model wants; several become several output items. An answer that does
            not end well may have none.
        **options: What `ReplyOptions` lists: `when`, `permanent`, `gates`, `faults`, `ending`, ...

    Returns:
        The reply.

    Raises:
        ScriptError: No intent was given, something else than an intent was given, `when` is not
            a condition, a gate is set at a point that does not exist, a header cannot be sent, or
            two faults do not go together.
    """
    given: tuple[object, ...] = intents
    strangers = [intent for intent in given if not isinstance(intent, Intent)]
    if strangers or (not intents and options.get("ending", COMPLETED) == COMPLETED):
        raise ScriptError(
            "a reply was built from something else than intents",
            expected="one intent or more, such as say(...) or run_command(...)",
            arrived=f"{strangers[0]!r}" if strangers else "no intent",
            cause="Was a bare text given where say(text) is meant?",
            remedy="Wrap each thing the model does in an intent.",
        )
    if len(intents) > 1 and any(isinstance(intent, Replay) for intent in intents):
        raise ScriptError(
            "a recorded answer does not stand alone in its reply",
            expected="replay(...) as the only intent: it is the whole answer",
            arrived=", ".join(intent.describe()[:60] for intent in intents),
            cause="Is the dash or the reply(...) around the next answer missing?",
            remedy="Give each recorded answer a reply of its own.",
        )
    return _made(options, intents=intents)


def reply_with(compute: Compute, **options: Unpack[ReplyOptions]) -> Reply:
    """Makes an answer of the model that is computed from the request.

    Args:
        compute: Called once for each request that takes the answer, not for its retries. It
            returns an intent, several intents, or a reply. The options of a reply that it
            returns stand in the place of these, but for `when` and `permanent`.
        **options: What `ReplyOptions` lists: `when`, `permanent`, `gates`, `faults`, `ending`, ...

    Returns:
        The reply.

    Raises:
        ScriptError: `compute` is not a plain function, or an option is unusable, as in `reply`.
    """
    given: object = compute
    if not callable(given) or inspect.iscoroutinefunction(given):
        raise ScriptError(
            "a reply is to be computed by something else than a plain function",
            expected="a function of the request that returns intents or a reply",
            arrived=repr(given),
            cause="Is it an async function, or the result of the function?",
            remedy="Give a plain function; what takes time belongs before the request.",
        )
    return _made(options, compute=compute)


def _made(
    options: ReplyOptions, *, intents: tuple[Intent, ...] = (), compute: Compute | None = None
) -> Reply:
    check_names(options, ReplyOptions.__annotations__)
    usage = options.get("usage")
    return Reply(
        intents=intents,
        compute=compute,
        gates=_gates(options.get("gates")),
        when=_condition(options.get("when")),
        permanent=checked_kind(options.get("permanent", False), bool, "permanent"),
        ending=checked_kind(options.get("ending", COMPLETED), Ending, "ending"),
        usage=None if usage is None else checked_kind(usage, Usage, "usage"),
        headers=MappingProxyType(checked_headers(options.get("headers") or {})),
        queued=checked_kind(options.get("queued", False), bool, "queued"),
        faults=checked(options.get("faults", ())),
    )


class ComputedReplyError(Exception):
    """A function that computes a reply failed; the cause is what it raised.

    Attributes:
        function: The name of the function.
    """

    def __init__(self, function: str) -> None:
        super().__init__(f"{function}() computed no reply")
        self.function = function


def computed(given: Reply, request: RecordedRequest) -> Reply:
    """Computes a reply for a request; one that is given as it is stays so.

    Args:
        given: A reply of the script.
        request: The request that takes it.

    Raises:
        ComputedReplyError: The function raised an exception, or returned something else than
            intents or a reply.
    """
    if given.compute is None:
        return given
    try:
        made = given.compute(request)
        if isinstance(made, Intent):
            made = (made,)
        if isinstance(made, Reply):
            return computed(made, request)
        intents = reply(*made).intents
    except Exception as error:
        raise ComputedReplyError(_name(given.compute)) from error
    return replace(given, intents=intents, compute=None)


def _name(function: object) -> str:
    name: str = getattr(function, "__qualname__", type(function).__name__)
    return name.rpartition("<locals>.")[2]


def _condition(when: object) -> Condition | None:
    if when is None or isinstance(when, Condition):
        return when
    raise ScriptError(
        "the `when` of a reply is not a condition",
        expected="a condition, such as when_user_text(...)",
        arrived=repr(when),
        cause="Was a bare function or text given?",
        remedy="Wrap a function in Matcher(description=..., predicate=...).",
    )


def _gates(gates: Mapping[str, Gate] | None) -> Mapping[str, Gate]:
    unknown = [name for name in gates or {} if not is_point(name)]
    if unknown:
        raise ScriptError(
            "a gate is set at a point that does not exist",
            expected=f"one of {', '.join(_POINTS)}",
            arrived=", ".join(repr(name) for name in unknown),
            cause=misspelt(
                counted(unknown[0])[0],
                _POINTS,
                or_else="Is it an event that this provider does not send?",
            ),
            remedy="Use one of the names above as the key in gates={...}, with [1] after a type "
            "for the second event of it.",
        )
    return MappingProxyType(
        {point: checked_kind(gate, Gate, "gate") for point, gate in (gates or {}).items()}
    )
