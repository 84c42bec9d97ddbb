"""What was recorded, and the script file that it becomes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seatrial_provider.journal.redact import Redactor

KEPT_HEADERS = ("content-type", "retry-after", "retry-after-ms", "x-should-retry")
"""The headers of a response that are recorded: those that change what a client does."""

KEPT_PREFIXES = ("openai-", "x-ratelimit-", "x-codex-", "x-models-")
"""The beginnings of others that are."""

_DIGITS = 3
_NEVER_FOLD = 1_000_000


@dataclass(slots=True)
class Take:
    """One answer as it comes, cut into whole events.

    Attributes:
        status: The HTTP status.
        headers: The headers that are recorded.
        pieces: Each piece with the seconds since the one before it.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    pieces: list[tuple[float, str]] = field(default_factory=list)
    _rest: bytes = b""
    _last: float = 0.0

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Takes the head of the answer."""
        self.status = status
        self.headers = {
            name.lower(): value
            for name, value in headers.items()
            if name.lower() in KEPT_HEADERS or name.lower().startswith(KEPT_PREFIXES)
        }
        self._last = time.monotonic()

    def feed(self, data: bytes) -> None:
        """Takes some bytes; what is no whole event yet waits for the rest of it."""
        self._rest += data
        whole, blank, rest = self._rest.rpartition(b"\n\n")
        if blank:
            self._cut(whole + blank)
            self._rest = rest

    def end(self) -> None:
        """Takes the end of the answer."""
        if self._rest:
            self._cut(self._rest)
            self._rest = b""

    def _cut(self, data: bytes) -> None:
        now = time.monotonic()
        after, self._last = now - self._last, now
        *events, rest = data.decode(errors="replace").split("\n\n")
        for text in (*(f"{event}\n\n" for event in events), rest):
            if text:
                self.pieces.append((round(after, _DIGITS), text))
                after = 0.0

    def as_reply(self, redactor: Redactor) -> dict[str, Any]:
        """Returns the reply that a script file has for it, without secrets."""
        pieces = [
            {
                "text": redactor.document(text.encode()).decode(),
                **({"after": after} if after else {}),
            }
            for after, text in self.pieces
        ]
        answer: dict[str, Any] = {"status": self.status, "headers": self.headers}
        return {"replay": {**answer, "pieces": pieces}}


def script_text(takes: Iterable[Take], redactor: Redactor) -> str:
    """Returns the script file that answers what was recorded, in the same order.

    Args:
        takes: The answers, in the order in which they were asked for.
        redactor: Takes the secrets out.
    """
    document = {"replies": [take.as_reply(redactor) for take in takes]}
    text = yaml.dump(
        document, Dumper=_Literal, allow_unicode=True, sort_keys=False, width=_NEVER_FOLD
    )
    return f"# Recorded answers of a model provider, in the order of the requests.\n{text}"


class _Literal(yaml.SafeDumper):
    """Writes texts of several lines as such."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Literal.add_representer(str, _text)
