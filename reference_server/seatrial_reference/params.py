"""Taking apart the parameters of a request, with errors that say what was wrong."""

from __future__ import annotations

from seatrial_reference.errors import INVALID_PARAMS, INVALID_REQUEST, RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_NAMES = {str: "a string", int: "an integer", bool: "a boolean", list: "a sequence", dict: "a map"}


class Params:
    """The parameters of one request.

    Args:
        given: The member `params` as it came; none at all is like an empty object.

    Raises:
        RequestError: It is not an object.
    """

    def __init__(self, given: Any) -> None:
        if given is not None and not isinstance(given, dict):
            raise RequestError(INVALID_PARAMS, "Invalid params: expected an object")
        self._given: dict[str, Any] = given or {}

    def text(self, key: str) -> str | None:
        """Take a string, or None where there is none."""
        value: str | None = self._take(key, str)
        return value

    def required_text(self, key: str) -> str:
        """Take a string that must be there."""
        value: str = self._required(key, str)
        return value

    def flag(self, key: str) -> bool:
        """Take a boolean; false where there is none."""
        return self._take(key, bool) is True

    def number(self, key: str) -> int | None:
        """Take a whole number, or None where there is none."""
        value: int | None = self._take(key, int)
        return value

    def table(self, key: str) -> Params | None:
        """Take an object, or None where there is none."""
        value = self._take(key, dict)
        return None if value is None else Params(value)

    def required_table(self, key: str) -> Params:
        """Take an object that must be there."""
        return Params(self._required(key, dict))

    def texts(self, key: str) -> list[str]:
        """Take an array of strings; an empty one where there is none."""
        values: list[Any] = self._take(key, list) or []
        if not all(isinstance(value, str) for value in values):
            raise RequestError(INVALID_PARAMS, f"Invalid params: `{key}` must hold strings")
        return values

    def required_tables(self, key: str) -> list[Params]:
        """Take an array of objects that must be there."""
        return [Params(value) for value in self._required(key, list)]

    def choice(self, key: str, known: Iterable[str]) -> str | None:
        """Take one of the known values, or None where there is none.

        Raises:
            RequestError: It is another value, as Codex 0.163.0 words it.
        """
        value, names = self.text(key), list(known)
        if value is not None and value not in names:
            expected = ", ".join(f"`{name}`" for name in names)
            raise RequestError(
                INVALID_REQUEST,
                f"Invalid request: unknown variant `{value}`, expected one of {expected}",
            )
        return value

    def raw(self) -> dict[str, Any]:
        """Give the parameters as they came."""
        return self._given

    def _required(self, key: str, kind: type) -> Any:
        value = self._take(key, kind)
        if value is None:
            raise RequestError(INVALID_PARAMS, f"Invalid params: missing field `{key}`")
        return value

    def _take(self, key: str, kind: type) -> Any:
        value = self._given.get(key)
        if value is not None and not isinstance(value, kind):
            found = type(value).__name__
            raise RequestError(
                INVALID_PARAMS,
                f"Invalid params: invalid type for `{key}`: {found}, expected {_NAMES[kind]}",
            )
        return value
