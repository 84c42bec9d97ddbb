"""A matrix as reports: for the terminal, as HTML, JSON and Markdown, and as a folder of them."""

from seatrial.reports.matrix.folder import WrittenMatrix, write_matrix
from seatrial.reports.matrix.html import matrix_html
from seatrial.reports.matrix.json import BadMatrix, matrix_json, read_matrix
from seatrial.reports.matrix.markdown import matrix_markdown, matrix_tables

__all__ = [
    "BadMatrix",
    "WrittenMatrix",
    "matrix_html",
    "matrix_json",
    "matrix_markdown",
    "matrix_tables",
    "read_matrix",
    "write_matrix",
]
