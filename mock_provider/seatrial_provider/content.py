"""Reads the texts, images and files out of the content of an input item."""

from seatrial_provider.jsontypes import JsonObject


def texts_of(content: object) -> list[str]:
    """Returns the texts of a content or an output: a text, or a list of parts.

    Args:
        content: What the item carries.

    Returns:
        The text of each part that has one, in order; none for anything else.
    """
    if isinstance(content, str):
        return [content]
    texts = (part.get("text") for part in _parts(content))
    return [text for text in texts if isinstance(text, str)]


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


def _parts(content: object) -> list[JsonObject]:
    if not isinstance(content, list):
        return []
    return [part for part in content if isinstance(part, dict)]
