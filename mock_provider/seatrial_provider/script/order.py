"""Ordered groups: replies that must be used one after the other, whatever else is asked."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial_provider.errors import ScriptError
from seatrial_provider.script.reply import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class InOrder:
    """Replies of which each waits until the one before it was used.

    Attributes:
        replies: The replies.
    """

    replies: tuple[Reply, ...]


def in_order(*replies: Reply) -> InOrder:
    """Makes a group of replies of which each waits until the one before it was used.

    A request that only a waiting reply is for is an unexpected one.

    Args:
        *replies: What `reply(...)` made.

    Returns:
        The group; a script takes it in the place of a reply.

    Raises:
        ScriptError: Something else than a reply was given, or nothing.
    """
    if not replies:
        raise ScriptError(
            "an ordered group has no replies",
            expected="in_order(reply(...), reply(...), ...)",
            arrived="in_order()",
            cause="Is the star before a list of replies missing?",
            remedy="Give the replies one by one, or leave the group out.",
        )
    for given in replies:
        refuse_stranger(given)
    return InOrder(replies=replies)


def refuse_stranger(given: object) -> None:
    """Refuses what is no reply.

    Args:
        given: What a script was given.

    Raises:
        ScriptError: It is no reply.
    """
    if not isinstance(given, Reply):
        raise ScriptError(
            "a script was given something else than a reply",
            expected="what reply(...) returns",
            arrived=repr(given),
            cause="Was an intent given where reply(intent) is meant?",
            remedy="Wrap the intents of each answer in reply(...).",
        )
