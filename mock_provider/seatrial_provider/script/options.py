"""Checks the options of a reply: how it ends, the tokens it says it took, its headers."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from seatrial_provider.errors import ScriptError

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OF_THE_FRAMING = frozenset({"connection", "content-length", "transfer-encoding"})

Value = TypeVar("Value")


def check_names(given: Iterable[str], known: Iterable[str]) -> None:
    """Checks that every option of a reply is one.

    Args:
        given: The names that were given.
        known: The names that there are.

    Raises:
        ScriptError: There is no such option.
    """
    if unknown := sorted(set(given) - set(known)):
        raise ScriptError(
            "a reply was given an option that it does not have",
            expected=f"some of {', '.join(sorted(known))}",
            arrived=", ".join(map(repr, unknown)),
            cause="Is the name misspelt?",
            remedy="Use the names above.",
        )


def checked_kind(value: Value, kind: type[object], name: str) -> Value:
    """Returns the value of an option if it is of its kind.

    Args:
        value: The value.
        kind: The class that it is an instance of.
        name: The name of the option.

    Raises:
        ScriptError: It is not.
    """
    if isinstance(value, kind):
        return value
    raise ScriptError(
        f"the {name} of a reply is of another kind",
        expected=f"{name}=..., an instance of {kind.__name__}",
        arrived=repr(value),
        cause="Is it a name, or a class that was not called?",
        remedy="Give one, such as ending=Failed(), gates={'headers': Gate('held')} or "
        "permanent=True.",
    )


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Returns headers with their names in lower case.

    Args:
        headers: Names and values.

    Raises:
        ScriptError: A header cannot be sent (RFC 9110, section 5), or is the server's own.
    """
    for name, value in headers.items():
        if not (_fits(name, _NAME) and _fits(value, _VALUE)):
            raise _unusable(
                name,
                value,
                expected="texts: a name of letters, digits and hyphens, a value without line ends",
                cause="Is a line end left in the value, or a colon in the name?",
            )
        if name.lower() in _OF_THE_FRAMING:
            raise _unusable(
                name,
                value,
                expected="a header that does not say where the body ends",
                cause="Is a fault of the wire meant?",
            )
    return {name.lower(): value for name, value in headers.items()}


def _fits(text: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(text, str) and pattern.fullmatch(text) is not None


def _unusable(name: object, value: object, *, expected: str, cause: str) -> ScriptError:
    return ScriptError(
        "a reply has a header that cannot be sent",
        expected=expected,
        arrived=f"{name!r}: {value!r}",
        cause=cause,
        remedy="Change it in headers={...}, or use a fault for what breaks HTTP.",
    )
