"""What a response has only because its request asks for it, by name, in `include`."""

from collections.abc import Sequence
from dataclasses import replace

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.items import ReasoningItem, Said

ENCRYPTED_REASONING = "reasoning.encrypted_content"
"""The name under which a request asks for the encrypted content of what the model thinks."""


def with_included(said: Sequence[Said], body: JsonObject) -> list[Said]:
    """Adds what a request includes and a reply does not say.

    Args:
        said: What the reply says.
        body: The request's object.

    Returns:
        The same, with a text for the encrypted content of each reasoning if that is included: it
        follows from the item's id, and nobody can decrypt it.
    """
    if ENCRYPTED_REASONING not in (body.get("include") or ()):
        return list(said)
    return [
        replace(one, encrypted_content=f"encrypted-{one.id}")
        if isinstance(one, ReasoningItem) and one.encrypted_content is None
        else one
        for one in said
    ]
