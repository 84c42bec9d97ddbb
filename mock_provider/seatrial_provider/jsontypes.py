"""The names this package uses for JSON values."""

from typing import Any

JsonObject = dict[str, Any]
