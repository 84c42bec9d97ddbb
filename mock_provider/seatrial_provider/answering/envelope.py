"""What the answers of both APIs have besides their output: the envelope and the headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.responses.builders import Envelope
from seatrial_provider.responses.echo import DEFAULTS
from seatrial_provider.responses.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.script import Use

UNNAMED_MODEL = "unnamed-model"
"""The model of a response whose request names none."""

HEADERS: Mapping[str, str] = {
    "openai-processing-ms": "12",
    "openai-version": "2020-10-01",
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-limit-tokens": "2000000",
    "x-ratelimit-remaining-requests": "9999",
    "x-ratelimit-remaining-tokens": "1999900",
    "x-ratelimit-reset-requests": "6ms",
    "x-ratelimit-reset-tokens": "3ms",
}
"""What the OpenAI API says in the headers of each answer, the same every time.

The names are those of its documentation on debugging requests.
"""


def envelope_of(use: Use, *, model: str | None, echo: JsonObject = DEFAULTS) -> Envelope:
    """Returns what a response says besides its output.

    Args:
        use: The reply that it says.
        model: The model that the request names, if it names one.
        echo: What the response repeats of the request.
    """
    reply = use.reply
    return Envelope(
        id=use.response_id,
        model=model or UNNAMED_MODEL,
        echo=echo,
        usage=reply.usage or Usage(),
        ending=reply.ending,
        queued=reply.queued or echo["background"],
    )


def headers_of(use: Use) -> Mapping[str, str]:
    """Returns the headers of an answer: those of the API, and over them those of the reply.

    Args:
        use: The reply.
    """
    own = use.reply.headers
    return {**HEADERS, **own} if own else HEADERS
