"""Calls the function `write_stdin`, with the session that the call's output named.

Shape: Codex 0.98.0 to 0.163.0; 0.65.0 with the feature `unified_exec`.
"""

import re

from seatrial_provider.intents import SendInput
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import CannotSayError, Offer
from seatrial_provider.responses.items import OutputItem

_SESSION = re.compile(r'session ID (\d{1,18})\b|"session_id":(\d{1,18})\b')
"""How the output of `exec_command` names the session: in words, and in code mode as JSON."""


def _say(intent: SendInput, offer: Offer) -> OutputItem:
    session = _SESSION.search(offer.output_of(intent.to))
    if session is None:
        raise CannotSayError(f"the output of the call {intent.to!r} names no session")
    arguments = {
        "session_id": int(session[1] or session[2]),
        "chars": intent.chars,
        "yield_time_ms": intent.yield_time_ms,
    }
    return offer.call(intent, arguments)


PHRASING = Phrasing(
    intent=SendInput,
    tool="write_stdin",
    recognises=function_named("write_stdin", session_id="number", chars="string"),
    say=_say,
)
