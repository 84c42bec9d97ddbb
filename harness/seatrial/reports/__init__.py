"""Reports: one result model, one writer a format, and a folder that holds them all."""

from seatrial.reports.badge import badge
from seatrial.reports.folder import CannotWrite, Written, check_writable, write_all, write_files
from seatrial.reports.html import to_html
from seatrial.reports.json_report import BadReport, read_json, to_json
from seatrial.reports.junit import to_junit
from seatrial.reports.kills import kill_matrix_markdown
from seatrial.reports.markdown import to_markdown
from seatrial.reports.text import finding_text
from seatrial.reports.transcripts import with_transcripts

__all__ = [
    "BadReport",
    "CannotWrite",
    "Written",
    "badge",
    "check_writable",
    "finding_text",
    "kill_matrix_markdown",
    "read_json",
    "to_html",
    "to_json",
    "to_junit",
    "to_markdown",
    "with_transcripts",
    "write_all",
    "write_files",
]
