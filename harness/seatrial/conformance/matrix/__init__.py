"""The matrix: servers against requirements, judged in parallel, and reused where still valid."""

from seatrial.conformance.matrix.build import judge_matrix
from seatrial.conformance.matrix.cache import Kept, results_folder
from seatrial.conformance.matrix.column import Selection
from seatrial.conformance.matrix.entrants import Entrant, entrants
from seatrial.conformance.matrix.model import Cell, Column, Judged, Matrix, Problem, Row
from seatrial.conformance.matrix.watcher import Watcher

__all__ = [
    "Cell",
    "Column",
    "Entrant",
    "Judged",
    "Kept",
    "Matrix",
    "Problem",
    "Row",
    "Selection",
    "Watcher",
    "entrants",
    "judge_matrix",
    "results_folder",
]
