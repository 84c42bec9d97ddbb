"""Takes secrets out of whatever of a request is written down."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from seatrial_provider.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REDACTED = "[redacted]"
"""What stands where a secret was."""

SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "api-key", "x-api-key", "cookie", "set-cookie"}
)
"""The headers whose values are secret."""

SECRET_MEMBERS = (
    "api_key",
    "apikey",
    "api-key",
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "password",
    "authorization",
)
"""The members of JSON objects, and the parameters of queries, whose values are secret."""

_SHORTEST = 6
_KNOWN = 64
"""How many redactors that know the credentials of requests are kept."""

_NAMES = "|".join(map(re.escape, SECRET_MEMBERS))
_NAMED = re.compile(rf'"(?:{_NAMES})\\?"'.encode())
_STRING = r'(?:[^"\\]|\\.)*'
_STRING_IN_TEXT = r'(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\\\(?:\\["\\]|[^"\\]))*'
"""The characters of a string in JSON that is itself a string in JSON, as arguments of calls are."""

_MEMBERS = tuple(
    re.compile(pattern.encode(), re.IGNORECASE | re.DOTALL)
    for pattern in (
        rf'("(?:{_NAMES})"\s*:\s*")({_STRING})(")',
        rf'(\\"(?:{_NAMES})\\"\s*:\s*\\")({_STRING_IN_TEXT})(\\")',
    )
)
_PARAMETER = re.compile(rf"((?:^|&)(?:{_NAMES})=)[^&]*", re.IGNORECASE)


class Redactor:
    """Replaces secrets by name and by value.

    Args:
        values: Secrets that are taken out wherever they occur.

    Raises:
        ScriptError: A value is so short that it would blank out innocent text.
    """

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values = sorted(set(values), key=len, reverse=True)
        self._raw_values = [value.encode() for value in self._values]
        self._last_headers: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})
        self._last_known: tuple[Mapping[str, str] | None, Redactor] = (None, self)
        self._knowing: dict[tuple[tuple[str, ...], tuple[str, ...]], Redactor] = {}
        for value in self._values:
            if len(value) < _SHORTEST:
                raise ScriptError(
                    "a value to redact is too short",
                    expected=f"at least {_SHORTEST} characters",
                    arrived=f"{len(value)} characters",
                    cause="Is it a placeholder and no secret?",
                    remedy="Leave it away: it would blank out innocent text.",
                )

    def knowing(self, headers: Mapping[str, str], document: bytes) -> Redactor:
        """Returns a redactor that takes out what is secret in a request, wherever it occurs.

        Args:
            headers: The headers of the request, by lower-case name.
            document: Its body, unpacked.
        """
        if not document and headers == self._last_known[0]:
            return self._last_known[1]
        credentials = tuple([headers[name] for name in SECRET_HEADERS if name in headers])
        members = _secret_members(document) if names_a_secret(document) else ()
        key = credentials, members
        redactor = self._knowing.get(key)
        if redactor is None:
            words = {word for value in credentials for word in value.split()[-1:]} | set(members)
            known = [word for word in words if len(word) >= _SHORTEST]
            if len(self._knowing) >= _KNOWN:
                self._knowing.clear()
            redactor = Redactor([*self._values, *known]) if known else self
            self._knowing[key] = redactor
        if not document:
            self._last_known = (headers, redactor)
        return redactor

    def request_headers(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Returns the headers of a request without the values that are secret.

        Args:
            headers: The headers by lower-case name.

        Returns:
            The same object as for the request before, if the headers are the same.
        """
        if headers != self._last_headers[0]:
            self._last_headers = (headers, dict(self.headers(headers.items())))
        return self._last_headers[1]

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Returns headers without the values that are secret.

        Args:
            headers: Names and values.
        """
        pairs = list(headers)
        if _holds_secret(tuple([name for name, _ in pairs])):
            pairs = [(name, _shown(name, value)) for name, value in pairs]
        together = "\n".join([value for _, value in pairs])
        if not any(value in together for value in self._values):
            return pairs
        return [(name, self.text(value)) for name, value in pairs]

    def query(self, query: str) -> str:
        """Returns a query string without the values that are secret.

        Args:
            query: The query, without its question mark.
        """
        return self.text(_PARAMETER.sub(rf"\1{REDACTED}", query)) if query else query

    def document(self, document: bytes) -> bytes:
        """Returns a JSON text without secrets: known values, and members that are named so.

        Args:
            document: The text; it is JSON of the same shape afterwards, if it was JSON.
        """
        if names_a_secret(document):
            for pattern in _MEMBERS:
                document = pattern.sub(rf"\1{REDACTED}\3".encode(), document)
        return self.raw(document)

    def raw(self, raw: bytes) -> bytes:
        """Returns bytes without the values that are known to be secret.

        Args:
            raw: Any bytes.
        """
        for value in self._raw_values:
            raw = raw.replace(value, REDACTED.encode())
        return raw

    def text(self, text: str) -> str:
        """Returns a text without the values that are known to be secret.

        Args:
            text: Any text.
        """
        for value in self._values:
            text = text.replace(value, REDACTED)
        return text


@lru_cache(maxsize=256)
def _holds_secret(names: tuple[str, ...]) -> bool:
    return not SECRET_HEADERS.isdisjoint([name.lower() for name in names])


def _shown(name: str, value: str) -> str:
    return REDACTED if name.lower() in SECRET_HEADERS else value


def _secret_members(document: bytes) -> tuple[str, ...]:
    found = (match for pattern in _MEMBERS for match in pattern.finditer(document))
    return tuple(match[2].decode(errors="replace") for match in found)


def names_a_secret(document: bytes) -> bool:
    """Tells whether a JSON text may have a member whose value is secret.

    Args:
        document: The text.
    """
    return _NAMED.search(document.lower()) is not None
