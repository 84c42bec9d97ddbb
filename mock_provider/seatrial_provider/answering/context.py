"""What every route has at hand, and what a route is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from seatrial_provider.answering.sound import SoundRequests
from seatrial_provider.responses.flavours import Flavour
from seatrial_provider.responses.template import Templates
from seatrial_provider.state.models import Models
from seatrial_provider.state.store import Store

if TYPE_CHECKING:
    from seatrial_provider.answering.answers import Answer
    from seatrial_provider.chat.builders import ReasoningField
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
        chat_reasoning: The member in which chat says what the model thinks; None for none.
        chat_whole_calls: Whether a tool call comes whole in one chunk of chat.
        flavour: The flavour in which the Responses API is spoken.
        store: The responses and conversations that are kept.
        models: The models that are listed.
        templates: The streams that were encoded so far.
        sound: The requests that were found sound.
        seed: Where the choices of faults come from.
        api_key: The key that every request must carry; None takes any, and none.
        replays_timing: Whether recorded answers take their time as they did then.
    """

    script: Script
    report: Callable[[Problem], None]
    ignore: frozenset[str]
    chat_reasoning: ReasoningField | None = "reasoning_content"
    chat_whole_calls: bool = False
    flavour: Flavour = Flavour.FULL
    store: Store = field(default_factory=Store)
    models: Models = field(default_factory=Models)
    templates: Templates = field(default_factory=Templates)
    sound: SoundRequests = field(default_factory=SoundRequests)
    seed: int = 0
    api_key: str | None = None
    replays_timing: bool = True


Handler = Callable[[Context, "RecordedRequest", Mapping[str, str]], "Answer"]
"""Answers a request; the values of the segments of its path are given by name."""


@dataclass(frozen=True, slots=True)
class Route:
    """One path that the provider serves.

    Attributes:
        method: The HTTP method.
        path: The path below the base path; `{name}` stands for one segment.
        handler: Answers its requests.
        asks_model: Whether its requests are model requests: answered from the script, and
            listed in `provider.requests`.
        deep: Whether its names may have slashes in them, as the ids of some models do.
    """

    method: str
    path: str
    handler: Handler
    asks_model: bool = False
    deep: bool = False

    def pattern(self) -> re.Pattern[str]:
        """Returns the expression that whole paths of this route match."""
        pieces = re.split(r"\{(\w+)\}", self.path)
        texts = [re.escape(piece) for piece in pieces[::2]]
        named = [f"(?P<{name}>{'.+' if self.deep else '[^/]+'})" for name in pieces[1::2]]
        mixed = (text for pair in zip_longest(texts, named, fillvalue="") for text in pair)
        return re.compile(re.escape(BASE_PATH) + "".join(mixed))
