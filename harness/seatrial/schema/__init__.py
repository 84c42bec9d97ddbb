"""Schemas that servers write of their own messages: read, held against messages, compared."""

from seatrial.schema.bundle import BadSchema, Bundle, Kind, Message
from seatrial.schema.changes import BREAKS, Change, Drift, Sender, What
from seatrial.schema.compare import compare
from seatrial.schema.depends import BadDependency, Violation, read_dependencies, violations
from seatrial.schema.load import load_schema
from seatrial.schema.transcripts import NoTranscripts, transcripts
from seatrial.schema.validate import Examined, Fault, Finding, Validator
from seatrial.schema.write import WritesNoSchema, schema_of

__all__ = [
    "BREAKS",
    "BadDependency",
    "BadSchema",
    "Bundle",
    "Change",
    "Drift",
    "Examined",
    "Fault",
    "Finding",
    "Kind",
    "Message",
    "NoTranscripts",
    "Sender",
    "Validator",
    "Violation",
    "What",
    "WritesNoSchema",
    "compare",
    "load_schema",
    "read_dependencies",
    "schema_of",
    "transcripts",
    "violations",
]
