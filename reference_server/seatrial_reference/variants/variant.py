"""What a variant is: a name, one sentence, and the part that is replaced."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.services import Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The server with one defect.

    Args:
        name: How it is chosen on the command line.
        defect: What it does wrong, in one sentence.
        parts: What it is made of.
    """

    name: str
    defect: str
    parts: Parts
