"""Scripts: what the model answers to whom, and what is left over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from seatrial_provider.errors import ScriptError
from seatrial_provider.script.conditions.conversation import steps_of_turn
from seatrial_provider.script.conditions.request import ConversationId
from seatrial_provider.script.reply import computed
from seatrial_provider.script.retries import Retries
from seatrial_provider.script.section import Section
from seatrial_provider.script.use import Use

if TYPE_CHECKING:
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script.conditions.base import Condition
    from seatrial_provider.script.order import InOrder
    from seatrial_provider.script.reply import Reply
    from seatrial_provider.script.use import ScriptedReply

LOOP_LIMIT = 50
"""How many outputs of calls a turn may hold before a permanent reply is taken for a loop."""

_NAME = re.compile(r"[A-Za-z0-9.-]{1,40}")


class LoopError(Exception):
    """A permanent reply answers its own consequences, again and again.

    Attributes:
        scripted: The reply.
        steps: How many outputs of calls the turn holds already.
        limit: How many it may hold.
    """

    def __init__(self, scripted: ScriptedReply, steps: int, limit: int) -> None:
        super().__init__(f"{scripted.label} after {steps} outputs")
        self.scripted = scripted
        self.steps = steps
        self.limit = limit


class Script:
    """The replies of one provider: a common section, and one for each named conversation.

    Args:
        loop_limit: How many outputs of calls a turn may hold before a permanent reply is taken
            for a loop; None for any number.

    Attributes:
        loop_limit: The limit.
    """

    def __init__(self, *, loop_limit: int | None = LOOP_LIMIT) -> None:
        self.loop_limit = loop_limit
        self._common = Section()
        self._conversations: dict[str, Section] = {}
        self._retries = Retries()

    def __len__(self) -> int:
        return sum(len(section) for section in self.sections())

    def __iter__(self) -> Iterator[ScriptedReply]:
        for section in self.sections():
            yield from section

    def append(self, *entries: Reply | InOrder) -> None:
        """Adds replies at the end of the common section.

        Args:
            *entries: What `reply(...)`, `reply_with(...)` or `in_order(...)` made.

        Raises:
            ScriptError: Something else was given, or a reply could never be used.
        """
        self._common.script(*entries)

    def conversation(self, name: str, when: Condition | None = None) -> Section:
        """Returns the section of a conversation; the first call makes it.

        Args:
            name: What to call it; ids of its answers have it in them.
            when: Which requests are of it; None for those that name the conversation by `name`.

        Raises:
            ScriptError: The name has characters that an id cannot have, is longer than 40 of
                them, or was given before with another `when`.
        """
        check_name(name)
        known = self._conversations.get(name)
        if known is None:
            known = Section(name=name, when=when or ConversationId(id=name))
            self._conversations[name] = known
        elif when is not None and when != known.when:
            raise ScriptError(
                f"conversation {name!r} was given two conditions",
                expected=f"one: {known.when.description if known.when else 'none'}",
                arrived=when.description,
                cause="Are two conversations meant?",
                remedy="Use another name for the other conversation.",
            )
        return known

    def sections(self) -> list[Section]:
        """Returns the sections in the order in which a request is held against them."""
        return [*self._conversations.values(), self._common]

    def take(self, request: RecordedRequest) -> Use | None:
        """Takes the answer to a request.

        A retry gets the answer of the request that it repeats. Any other request gets the first
        reply that is open to it and whose `when` it meets: of the sections of the conversations
        that it belongs to, in the order in which they were made, then of the common one.

        Args:
            request: A request with a sound body; its attempt is filled in here.

        Returns:
            The answer, now used; None if there is none.

        Raises:
            LoopError: It is a permanent reply, for a turn that holds too many outputs of calls.
            ComputedReplyError: A function that computes a reply failed.
        """
        use = self._retries.find(request)
        if use is None:
            use = self._new_use(request)
        else:
            use.attempt += 1
            request.attempt, request.retry_of = use.attempt, use.request_index
        if use is not None:
            use.scripted.used_by, use.scripted.used_by_index = request, request.index
            self._retries.taken(request, use)
        return use

    def settled(self, request: RecordedRequest) -> None:
        """Notes that nothing more will be sent to a request.

        Args:
            request: A request, whether it took an answer or not.
        """
        use = self._retries.settled(request)
        if use is not None and use.scripted.used_by is request and not use.reply.gates:
            use.scripted.used_by = None

    def unused(self) -> list[ScriptedReply]:
        """Returns the replies that answered nothing and should have, in order."""
        return [s for s in self if s.uses == 0 and not s.reply.permanent]

    def used(self) -> list[ScriptedReply]:
        """Returns the replies that answered a request, in the order of the script."""
        return [scripted for scripted in self if scripted.uses]

    def _new_use(self, request: RecordedRequest) -> Use | None:
        for section in self.sections():
            scripted = section.find(request) if section.belongs(request) else None
            if scripted is None:
                continue
            limit = self.loop_limit if scripted.reply.permanent else None
            if limit is not None and _most_outputs(request) >= limit:
                steps = steps_of_turn(request)
                if steps >= limit:
                    raise LoopError(scripted, steps, limit)
            count = section.use(scripted)
            reply = computed(scripted.reply, request)
            return Use(scripted=scripted, reply=reply, count=count, request_index=request.index)
        return None


def _most_outputs(request: RecordedRequest) -> int:
    """Returns how many outputs of calls a request can hold at most, without reading its items."""
    given = request.body_json().get("messages" if request.is_chat else "input")
    return len(request.earlier) + len(given or ())


def check_name(name: str) -> None:
    """Looks at the name of a conversation, which becomes a part of ids.

    Args:
        name: The name.

    Raises:
        ScriptError: It has characters that an id cannot have, or is longer than 40 of them.
    """
    if not _NAME.fullmatch(name):
        raise ScriptError(
            "a conversation has an unusable name",
            expected="1 to 40 letters, digits, dots and hyphens",
            arrived=repr(name),
            cause="Is it a text that describes the conversation?",
            remedy="Use a short name, and say in `when` which requests are meant.",
        )
