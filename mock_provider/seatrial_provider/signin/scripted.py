"""What a test has the sign-in service answer instead of what it would, or how it has it sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.faults import Fault
    from seatrial_provider.gates import Gate
    from seatrial_provider.jsontypes import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripted:
    """One answer of one endpoint.

    Attributes:
        status: The HTTP status; None answers as the service would, body and all.
        body: The JSON object that is answered with the status.
        headers: More headers, names in lower case.
        gate: Where the answer is held before anything of it is sent.
        faults: What goes wrong on its way.
    """

    status: int | None = None
    body: JsonObject = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    gate: Gate | None = None
    faults: tuple[Fault, ...] = ()


def refused(code: str, *, status: int = 401, message: str = "scripted by the test") -> Scripted:
    """Returns a refusal as the services of OpenAI word it.

    Args:
        code: Such as `refresh_token_expired`.
        status: The HTTP status.
        message: The sentence beside the code.
    """
    return Scripted(status=status, body=refusal(code, message))


def refusal(code: str, message: str) -> JsonObject:
    """Returns the body of a refusal: an object under `error`, which Codex reads `code` of."""
    return {
        "error": {
            "message": message,
            "type": "invalid_request_error",
            "param": None,
            "code": code,
        }
    }
