"""Reads the texts out of the content of an input item."""


def texts_of(content: object) -> list[str]:
    """Returns the texts of a content or an output: a text, or a list of parts.

    Args:
        content: What the item carries.

    Returns:
        The text of each part that has one, in order; none for anything else.
    """
    if isinstance(content, str):
        return [content]
    if not isinstance(content, list):
        return []
    parts = (part.get("text") for part in content if isinstance(part, dict))
    return [text for text in parts if isinstance(text, str)]
