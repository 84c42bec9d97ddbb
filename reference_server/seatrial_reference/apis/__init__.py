"""The APIs in which the model is asked: how a request is put, and how its reply is read."""

from __future__ import annotations

from seatrial_reference.apis.api import Api
from seatrial_reference.apis.chat import Chat
from seatrial_reference.apis.responses import Responses

__all__ = ["APIS", "Api", "Chat", "Responses"]

APIS: dict[str, type[Api]] = {"responses": Responses, "chat": Chat}
"""By the name that `wire_api` has for them in config.toml."""
