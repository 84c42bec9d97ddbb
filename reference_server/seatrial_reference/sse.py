"""Server-sent events, one line at a time, as far as the APIs of models use them."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Reader:
    """Puts lines together to events."""

    def __init__(self) -> None:
        self._name = ""
        self._data: list[str] = []

    def feed(self, line: bytes) -> dict[str, Any] | None:
        """Take the next line, with its line end.

        Returns:
            The event that the line completes, or None. An event without data is an object that
            holds its name as `type`.

        Raises:
            ValueError: The data of the event is not a JSON object.
        """
        text = line.decode("utf-8").rstrip("\r\n")
        if text:
            field, _, value = text.partition(":")
            value = value.removeprefix(" ")
            if field == "event":
                self._name = value
            elif field == "data":
                self._data.append(value)
            return None
        name, data = self._name, "\n".join(self._data)
        self._name, self._data = "", []
        if data == "[DONE]" or not (name or data):
            return None
        event = json.loads(data) if data else {"type": name}
        if not isinstance(event, dict):
            raise ValueError(f"expected an object, found {data[:80]!r}")
        return event
