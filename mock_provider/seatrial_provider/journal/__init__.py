"""The journal: every request, what became of it, and questions to all of them at once."""

from seatrial_provider.journal.journal import Journal, Subscriber
from seatrial_provider.journal.redact import Redactor
from seatrial_provider.journal.requests import Requests
from seatrial_provider.journal.store import JournalBounds

__all__ = ["Journal", "JournalBounds", "Redactor", "Requests", "Subscriber"]
