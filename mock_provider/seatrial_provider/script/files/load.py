"""Loads script files; what reads them is imported when a file is loaded, not before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial_provider.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.gates import Gate
    from seatrial_provider.script.files.reading import ConversationScript, Entry
    from seatrial_provider.script.script import Script

_SUFFIXES = {".json": True, ".yaml": False, ".yml": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptFile:
    """What a script file says.

    Attributes:
        entries: The common replies and ordered groups, in order.
        conversations: The parts for conversations.
        gates: The gates by their name; two points with one name have the same gate.
    """

    entries: tuple[Entry, ...]
    conversations: tuple[ConversationScript, ...]
    gates: Mapping[str, Gate]

    def add_to(self, script: Script) -> None:
        """Adds all of it to a script.

        Args:
            script: The script.

        Raises:
            ScriptError: A reply could never be used, because of one that is there already; or a
                conversation is there already with another condition.
        """
        script.append(*self.entries)
        for part in self.conversations:
            script.conversation(part.name, part.when).script(*part.entries)


def load_script(path: str | Path) -> ScriptFile:
    """Loads a script file.

    Args:
        path: A file in YAML (`.yaml`, `.yml`) or JSON (`.json`), as the schema
            `script.schema.json` describes it.

    Returns:
        What it says.

    Raises:
        ScriptFileError: It has mistakes; the error names all of them, with line and column.
        ScriptError: It cannot be read, is not in UTF-8, or its name has another suffix.
    """
    file = Path(path)
    if file.suffix not in _SUFFIXES:
        raise _unusable(file, f"the suffix {file.suffix!r}")
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(file, str(error)) from error
    return parse_script(text, file=file.name, is_json=_SUFFIXES[file.suffix])


def parse_script(text: str, *, file: str, is_json: bool = False) -> ScriptFile:
    """Reads the text of a script file.

    Args:
        text: The text.
        file: What to call the file in messages.
        is_json: Whether it is JSON; otherwise it is YAML.

    Returns:
        What it says.

    Raises:
        ScriptFileError: It has mistakes; the error names all of them, with line and column.
    """
    from seatrial_provider.script.files.document import parsed
    from seatrial_provider.script.files.reading import Reading

    reading = Reading(parsed(text, file=file, is_json=is_json))
    entries, conversations = reading.script()
    return ScriptFile(entries=entries, conversations=conversations, gates=reading.gates)


def _unusable(file: Path, arrived: str) -> ScriptError:
    return ScriptError(
        f"the script file {str(file)!r} cannot be read",
        expected="a file in UTF-8 whose name ends in .yaml, .yml or .json",
        arrived=arrived,
        cause="Is the path misspelt, or relative to another folder?",
        remedy="Look at the path and at the file.",
    )
