"""Text from a server made fit to be shown: nothing in it acts, hides or reorders."""

from __future__ import annotations

import re

__all__ = ["cut", "first_line", "visible", "without_ansi", "xml_safe"]

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def without_ansi(text: str) -> str:
    """Returns the text without terminal colours and titles, each line end a single character."""
    return _ANSI.sub("", text).replace("\r\n", "\n")


def visible(text: str) -> str:
    """Returns the text with every character shown that would be invisible or turn the text round.

    Tabs and line ends stay; control characters, zero-width characters, direction marks and lone
    surrogates become the escapes that Python writes for them.
    """
    return _HIDDEN.sub(_escape, without_ansi(text))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def xml_safe(text: str) -> str:
    """Returns the text with what XML 1.0 cannot hold replaced by U+FFFD."""
    return _NO_XML.sub("\ufffd", without_ansi(text))


def cut(text: str, limit: int) -> str:
    """Returns at most `limit` characters of the text, and says so where more were there."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit} more characters)"


def first_line(text: str, limit: int = 300) -> str:
    """Returns the first line that is not blank, cut to the limit; empty if there is none."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= limit else line[: limit - 1] + "…"
