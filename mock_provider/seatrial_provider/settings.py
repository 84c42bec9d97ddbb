"""What the settings of a provider may be; another value is refused before anything is served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from seatrial_provider.errors import ScriptError

_LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class _Setting:
    """What one setting may be.

    Attributes:
        expected: That, in words.
        fits: Tells whether a value is that.
    """

    expected: str
    fits: Callable[[Any], bool]


def _count(least: int, *, most: int | None = None) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return is_number and value >= least and (most is None or value <= most)

    return fits


_SETTINGS = {
    "api_key": _Setting(
        "a text that is not empty, or None",
        lambda value: value is None or (isinstance(value, str) and value != ""),
    ),
    "host": _Setting("an address or a name as a text", lambda value: isinstance(value, str)),
    "kept": _Setting("a whole number from 0 on", _count(0)),
    "largest_body": _Setting("a number of bytes from 1 on", _count(1)),
    "loop_limit": _Setting(
        "a whole number from 1 on, or None", lambda value: value is None or _count(1)(value)
    ),
    "port": _Setting(f"a whole number from 0 to {_LAST_PORT}", _count(0, most=_LAST_PORT)),
    "requests": _Setting("a number of requests from 0 on", _count(0)),
    "seed": _Setting("a whole number", lambda value: isinstance(value, int)),
    "size": _Setting("a number of bytes from 0 on", _count(0)),
}


def check_settings(**values: object) -> None:
    """Checks settings.

    Args:
        **values: The values by the name of their setting.

    Raises:
        ScriptError: A value is not what the setting may be.
    """
    for name, value in values.items():
        setting = _SETTINGS[name]
        if not setting.fits(value):
            raise ScriptError(
                f"the setting {name!r} has an unusable value",
                expected=setting.expected,
                arrived=f"{name}={value!r}",
                cause="Is it a text that is meant as a number, or in another unit?",
                remedy="Give another value, or leave it away: each setting has a default.",
            )
