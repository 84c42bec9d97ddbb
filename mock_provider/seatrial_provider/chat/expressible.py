"""Says what Chat Completions has no words for."""

from collections.abc import Callable
from typing import Any

from seatrial_provider.chat.builders import ChatForm
from seatrial_provider.responses.items import (
    CustomToolCallItem,
    FunctionCallItem,
    MessageItem,
    OutputItem,
    ReasoningItem,
    RefusalItem,
    Said,
    UrlCitation,
    VerbatimEvent,
)


def why_not(item: Said, form: ChatForm) -> str | None:
    """Returns why chat cannot say one of the things that a reply says; None if it can.

    Args:
        item: The item; an event that is sent as it is can be sent in chat too.
        form: How the reply is said.
    """
    if isinstance(item, VerbatimEvent):
        return None
    check = CHECKS.get(type(item))
    if check is None:
        return f"Chat Completions has no words for a {item.done().get('type')} item"
    return check(item, form)


def _message(item: MessageItem, form: ChatForm) -> str | None:
    if item.phase is not None:
        return "a chat message has no phase"
    if not all(isinstance(cited, UrlCitation) for cited in item.annotations):
        return "a chat message can cite nothing but addresses"
    return None


def _refusal(item: RefusalItem, form: ChatForm) -> str | None:
    return None


def _reasoning(item: ReasoningItem, form: ChatForm) -> str | None:
    if form.reasoning is None or item.content or item.summary:
        return None
    return f"{form.reasoning!r} has no words for reasoning that is encrypted only"


def _call(item: FunctionCallItem | CustomToolCallItem, form: ChatForm) -> str | None:
    return None if item.namespace is None else "a chat tool has no namespace"


CHECKS: dict[type[OutputItem], Callable[[Any, ChatForm], str | None]] = {
    MessageItem: _message,
    RefusalItem: _refusal,
    ReasoningItem: _reasoning,
    FunctionCallItem: _call,
    CustomToolCallItem: _call,
}
