"""The journal: an append-only record of the wire, with cursors, queries, rendering, redaction."""

from seatrial.journal.record import Cursor, Direction, Entry, Journal
from seatrial.journal.redact import Redactor
from seatrial.journal.render import sequence, tail, to_jsonl

__all__ = [
    "Cursor",
    "Direction",
    "Entry",
    "Journal",
    "Redactor",
    "sequence",
    "tail",
    "to_jsonl",
]
