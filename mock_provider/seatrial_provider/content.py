"""Reads the texts, images and files out of the content of an input item."""

from collections.abc import Iterator

from seatrial_provider.jsontypes import JsonObject

_PRINTED = ("stdout", "stderr")
"""The members of a part of a `shell_call_output` that are texts."""


def texts_of(content: object) -> list[str]:
    """Returns the texts of a content or an output: a text, or a list of parts.

    Args:
        content: What the item carries.

    Returns:
        The text of each part that has one, in order, and what a shell command printed; none for
        anything else.
    """
    if isinstance(content, str):
        return [content]
    return [text for part in _parts(content) for text in _texts_in(part)]


def images_of(content: object) -> list[JsonObject]:
    """Returns the images of a content or an output.

    Args:
        content: What the item carries.

    Returns:
        Each `input_image` part, in order: with `image_url` (an address or a `data:` URL) or
        `file_id`.
    """
    return [part for part in _parts(content) if part.get("type") == "input_image"]


def files_of(content: object) -> list[JsonObject]:
    """Returns the files of a content or an output.

    Args:
        content: What the item carries.

    Returns:
        Each `input_file` part, in order: with `file_data`, `file_url` or `file_id`.
    """
    return [part for part in _parts(content) if part.get("type") == "input_file"]


def _texts_in(part: JsonObject) -> Iterator[str]:
    if isinstance(part.get("text"), str):
        yield part["text"]
    for name in _PRINTED:
        if part.get(name) and isinstance(part[name], str):
            yield part[name]


def _parts(content: object) -> list[JsonObject]:
    if not isinstance(content, list):
        return []
    return [part for part in content if isinstance(part, dict)]
