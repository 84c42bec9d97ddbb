"""What every route has at hand, and what a route is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seatrial_provider.answering.answers import Answer
    from seatrial_provider.problems import Problem
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script import Script

BASE_PATH = "/v1"
"""What the path of each route of the API begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the routes of one provider share.

    Attributes:
        script: Where the replies come from.
        report: Called with each problem.
        ignore: The names of the invariants that are not checked.
    """

    script: Script
    report: Callable[[Problem], None]
    ignore: frozenset[str]


@dataclass(frozen=True, slots=True)
class Route:
    """One path that the provider serves.

    Attributes:
        method: The HTTP method.
        path: The path below the base path; `{name}` stands for one segment.
        handler: Answers a request; the values of the segments are given by name.
        asks_model: Whether its requests are model requests: answered from the script, and
            listed in `provider.requests`.
    """

    method: str
    path: str
    handler: Callable[[Context, RecordedRequest, Mapping[str, str]], Answer]
    asks_model: bool = False

    def pattern(self) -> re.Pattern[str]:
        """Returns the expression that whole paths of this route match."""
        named = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        return re.compile(BASE_PATH + named)
