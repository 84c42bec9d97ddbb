"""The list of models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.answering.answers import Answer, json_answer
from seatrial_provider.answering.context import Context, Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.recorded import RecordedRequest


def _list(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> Answer:
    models = {"object": "list", "data": [], "models": []}
    return json_answer(models, request_id=f"req_other_{request.index + 1:04d}")


ROUTES = (Route("GET", "/models", _list),)
