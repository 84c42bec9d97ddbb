"""Writes changes of files as one patch, in the language of Codex's `apply_patch`.

Source: the grammar in the `apply_patch` tool that Codex 0.65.0 to 0.163.0 offer.
"""

from collections.abc import Iterable, Iterator

from seatrial_provider.intents import FileChange


def patch(changes: Iterable[FileChange]) -> str:
    """Returns the text of the patch; it ends with a line end.

    Args:
        changes: The changes, in order.
    """
    lines = [line for change in changes for line in _change(change)]
    return "\n".join(["*** Begin Patch", *lines, "*** End Patch", ""])


def added_lines(content: str) -> list[str]:
    """Returns the lines of a file that is added, each with its plus.

    Args:
        content: The whole text of the file.
    """
    return [f"+{line}" for line in content.removesuffix("\n").split("\n")] if content else []


def _change(change: FileChange) -> Iterator[str]:
    yield f"*** {change.action.title()} File: {change.path}"
    if change.move_to is not None:
        yield f"*** Move to: {change.move_to}"
    if change.content is not None:
        yield from added_lines(change.content)
    if change.diff is not None:
        yield from change.diff.removesuffix("\n").split("\n")
