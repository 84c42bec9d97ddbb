"""Adds up the chunks of a chat stream to the message that they make."""

from collections.abc import Iterable

from seatrial_provider.jsontypes import JsonObject

_TEXTS = ("content", "refusal", "reasoning_content", "reasoning")


def message_of(chunks: Iterable[JsonObject]) -> JsonObject:
    """Adds up the deltas of the first choice.

    Args:
        chunks: The chunks of a stream, in order.

    Returns:
        The message of the assistant, as the plain answer has it: `content` and `refusal` are null
        if there was none; `tool_calls` is left out if there were none.
    """
    texts: JsonObject = {}
    annotations: list[JsonObject] = []
    calls: dict[int, JsonObject] = {}
    for delta in _deltas(chunks):
        for name in _TEXTS:
            if delta.get(name) is not None:
                texts[name] = texts.get(name, "") + delta[name]
        annotations += delta.get("annotations", ())
        for piece in delta.get("tool_calls", ()):
            _add_piece(calls, piece)
    message: JsonObject = {"role": "assistant", "content": None, "refusal": None, **texts}
    message["annotations"] = annotations
    if calls:
        message["tool_calls"] = [calls[index] for index in sorted(calls)]
    return message


def begun_calls(chunks: Iterable[JsonObject]) -> list[str]:
    """Returns the ids of the calls that begin in some chunks, in order.

    Args:
        chunks: The chunks of a stream.
    """
    pieces = (piece for delta in _deltas(chunks) for piece in delta.get("tool_calls", ()))
    return [piece["id"] for piece in pieces if "id" in piece]


def _deltas(chunks: Iterable[JsonObject]) -> Iterable[JsonObject]:
    for chunk in chunks:
        for choice in chunk.get("choices", ()):
            if choice["index"] == 0:
                yield choice["delta"]


def _add_piece(calls: dict[int, JsonObject], piece: JsonObject) -> None:
    kind = "custom" if "custom" in piece else "function"
    given = "input" if kind == "custom" else "arguments"
    call = calls.get(piece["index"])
    if call is None:
        calls[piece["index"]] = {
            "id": piece["id"],
            "type": piece["type"],
            kind: dict(piece[kind]),
        }
    else:
        call[kind][given] += piece[kind][given]
