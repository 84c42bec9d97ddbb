"""The store: keeps the last responses and conversations, and gives requests their history."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, TypeVar

from seatrial_provider.state import errors
from seatrial_provider.state.conversation import Conversation
from seatrial_provider.state.kept import KeptResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest

V = TypeVar("V")

KEPT = 256
"""How many responses, and how many conversations, a provider keeps unless it is told otherwise."""


class Store:
    """What one provider keeps between requests.

    Args:
        bound: How many responses, and how many conversations, it keeps; the oldest go first.
    """

    def __init__(self, bound: int = KEPT) -> None:
        self._bound = bound
        self._responses: OrderedDict[str, KeptResponse] = OrderedDict()
        self._conversations: OrderedDict[str, Conversation] = OrderedDict()
        self._created = 0
        self._compacted = 0

    def recall(self, request: RecordedRequest) -> None:
        """Gives a request the items that it refers to: its history, and items by reference.

        Args:
            request: A request of the Responses API; `earlier` and `referenced` are filled in.

        Raises:
            RefusedError: It refers to what is not kept, or to two histories.
        """
        body = request.body_json()
        request.earlier = self._history(request)
        given = request.new_input if body.get("input") is not None else ()
        asked = [str(item.get("id")) for item in given if item.get("type") == "item_reference"]
        known = {item["id"]: item for item in self._all_items()} if asked else {}
        for id_ in asked:
            if id_ not in known:
                raise errors.not_found("Item", id_, param="input")
            request.referenced[id_] = known[id_]

    def keep(
        self, request: RecordedRequest, *, id_: str, build: Callable[[], list[JsonObject]]
    ) -> KeptResponse:
        """Keeps the response to a request, unless the request asks not to.

        Args:
            request: The request.
            id_: The response's id.
            build: Builds all events of the response.

        Returns:
            The response, kept or not.
        """
        body = request.body_json()
        kept = KeptResponse(
            id=id_,
            request=request,
            build=build,
            background=body.get("background") is True,
            streamed=request.wants_stream,
            stored=body.get("store") is not False,
        )
        if kept.stored or request.is_message:
            self._put(self._responses, id_, kept)
        if (conversation := _conversation_id(body)) is not None:
            self.conversation(conversation).expect(kept)
        return kept

    def response(self, id_: str) -> KeptResponse:
        """Returns a response that is kept.

        Args:
            id_: Its id.

        Raises:
            RefusedError: There is none of that id.
        """
        kept = self._responses.get(id_)
        if kept is None or kept.is_lost or not kept.stored:
            raise errors.not_found("Response", id_)
        return kept

    def forget_response(self, id_: str) -> None:
        """Deletes a response.

        Args:
            id_: Its id.

        Raises:
            RefusedError: There is none of that id.
        """
        del self._responses[self.response(id_).id]

    def create_conversation(self, metadata: JsonObject) -> Conversation:
        """Makes a conversation without items.

        Args:
            metadata: What its owner notes on it.
        """
        self._created += 1
        made = Conversation(self._created, metadata)
        self._put(self._conversations, made.id, made)
        return made

    def conversation(self, id_: str) -> Conversation:
        """Returns a conversation.

        Args:
            id_: Its id.

        Raises:
            RefusedError: There is none of that id.
        """
        found = self._conversations.get(id_)
        if found is None:
            raise errors.not_found("Conversation", id_)
        return found

    def forget_conversation(self, id_: str) -> None:
        """Deletes a conversation.

        Args:
            id_: Its id.

        Raises:
            RefusedError: There is none of that id.
        """
        del self._conversations[self.conversation(id_).id]

    def next_compaction(self) -> int:
        """Returns the number of the compaction that is made now, from 1."""
        self._compacted += 1
        return self._compacted

    def _history(self, request: RecordedRequest) -> list[JsonObject]:
        body = request.body_json()
        previous, conversation = body.get("previous_response_id"), _conversation_id(body)
        if previous is not None and conversation is not None:
            raise errors.two_histories()
        if body.get("background") is True and body.get("store") is False:
            raise errors.background_unstored()
        if conversation is not None:
            return list(self.conversation(conversation).items())
        if previous is None:
            return []
        kept = self._responses.get(previous)
        if kept is None or not kept.is_over or kept.is_lost or not kept.can_precede(request):
            raise errors.previous_response_not_found(previous)
        return [*kept.context(), *kept.output()]

    def _all_items(self) -> Iterator[JsonObject]:
        for kept in self._responses.values():
            if kept.stored and not kept.is_lost:
                yield from kept.own_input
                yield from kept.output()
        for conversation in self._conversations.values():
            yield from conversation.items()

    def _put(self, into: OrderedDict[str, V], id_: str, value: V) -> None:
        into[id_] = value
        into.move_to_end(id_)
        while len(into) > self._bound:
            into.popitem(last=False)


def _conversation_id(body: JsonObject) -> str | None:
    given = body.get("conversation")
    if isinstance(given, dict):
        given = given.get("id")
    return given if isinstance(given, str) else None
