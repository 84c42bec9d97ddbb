"""Intents to look something up: an image, the web, a tool that was not listed."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Annotated, Literal

from annotated_types import Ge

from seatrial_provider.intents.base import Call, Intent
from seatrial_provider.intents.values import Filled


@dataclass(frozen=True, slots=True)
class ViewImage(Call):
    """The model wants to see an image file.

    Attributes:
        path: The file.
        detail: How closely it looks; None leaves it to the server under test.
    """

    path: Filled
    _: KW_ONLY
    detail: Literal["high", "original"] | None = None


@dataclass(frozen=True, slots=True)
class SearchWeb(Intent):
    """The model searched the web; the API does that itself, so no output is awaited.

    Attributes:
        query: What it looked for.
        sources: The addresses of the pages that were found.
    """

    query: Filled
    _: KW_ONLY
    sources: Sequence[Filled] = ()


@dataclass(frozen=True, slots=True)
class SearchTools(Call):
    """The model looks for tools that the request did not list.

    Attributes:
        query: What it looks for.
        limit: How many tools it wants to see at most; None leaves it to the server under test.
    """

    query: Filled
    _: KW_ONLY
    limit: Annotated[int, Ge(1)] | None = None
