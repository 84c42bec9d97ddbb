"""Blocks about Chat Completions: what is said how, and the rules of its streams."""

from __future__ import annotations

from collections.abc import Callable

from blocks.writing import described, table
from seatrial_provider.chat.chunks import DELTAS
from seatrial_provider.chat.expressible import CHECKS
from seatrial_provider.chat.rules import CHAT_RULES
from seatrial_provider.responses.items import ITEMS

EVENTS = {
    "response.created": '`role: "assistant"`, with `content` empty or null',
    "response.output_item.added": "the index, id, type and name of a call; nothing for a text",
    "response.output_item.done": "a whole call, with `chat_whole_calls`",
    "response.output_text.delta": "`content`",
    "response.output_text.annotation.added": "`annotations`",
    "response.refusal.delta": "`refusal`",
    "response.reasoning_text.delta": "`reasoning_content`, or what `chat_reasoning` names",
    "response.reasoning_summary_text.delta": "the same, if there are no raw thoughts",
    "response.function_call_arguments.delta": "`tool_calls[].function.arguments`",
    "response.custom_tool_call_input.delta": "`tool_calls[].custom.input`",
}
ENDS = {
    "response.completed": '`finish_reason: "stop"` or `"tool_calls"`, the usage if it is asked '
    "for, `[DONE]`",
    "response.incomplete": '`finish_reason: "length"` for `max_output_tokens`, any other reason '
    "as it is, the usage if it is asked for, `[DONE]`",
    "response.failed": "an object with `error`, and no `[DONE]`",
    "error": "an object with `error`, and no `[DONE]`",
}
ITEM_WORDS = {
    "message": "`content`; its annotations, if they are all of addresses; no `phase`",
    "refusal": "`refusal`",
    "reasoning": "the raw thoughts, or else the summary; not if it is encrypted only",
    "function_call": 'a call of type `"function"`; not of a tool in a namespace',
    "custom_tool_call": 'a call of type `"custom"`; not of a tool in a namespace',
}


def chat_events() -> str:
    """Returns what each event of a response is in chat."""
    rows = [*described(DELTAS, EVENTS), *ENDS.items()]
    return table(["event", "in chat"], [[f"`{name}`", words] for name, words in rows])


def chat_items() -> str:
    """Returns how each sort of item is said in chat."""
    words = {
        name: ITEM_WORDS[name] if sort.builder in CHECKS else "not said: `untestable`"
        for name, sort in ITEMS.items()
    }
    return table(["item", "in chat"], [[f"`{name}`", said] for name, said in words.items()])


def chat_rules() -> str:
    """Returns the rules of a correct chat stream."""
    rows = [[name, rule.asks, rule.tier] for name, rule in CHAT_RULES.items()]
    return table(["rule", "what must hold", "tier"], rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "chat-events": chat_events,
    "chat-items": chat_items,
    "chat-rules": chat_rules,
}
