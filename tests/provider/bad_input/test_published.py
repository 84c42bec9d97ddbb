"""Whatever the published description allows is answered; what it does not, is refused or passed."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from tests.provider.bad_input.conftest import JSON, Answering
from tests.provider.published import described_at

from seatrial_provider.answering.context import BASE_PATH
from seatrial_provider.unsound import INVALID_TYPE, INVALID_VALUE, MISSING

UNSOUND = {MISSING, INVALID_TYPE, INVALID_VALUE}
PATHS = ["/responses", "/chat/completions", "/conversations"]

NOT_TAKEN = {
    "input": "the description lets a request have a prompt or a conversation alone",
    "messages": "the API asks for one message or more",
    "functions": "the time before tools",
    "function_call": "the time before tools",
    "role": "the role `function` is of the time before tools",
    "n": "a scripted reply is one choice",
    "stream_options": "the API asks for a stream with them",
}
"""What is refused although the description allows it, by the end of its place, and why."""


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("path", PATHS)
def test_a_body_is_answered_in_the_envelope_and_refused_only_if_it_is_unsound(
    path: str, mode: GenerationMode
) -> None:
    (operation,) = (
        found.ok()
        for found in schemathesis.openapi.from_dict(described_at(path, "post")).get_all_operations()
        if isinstance(found, Ok)
    )

    @settings(
        max_examples=5,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: Any) -> None:
        answering = Answering()
        status = answering.status("POST", f"{BASE_PATH}{path}", encoded(case.body), JSON)
        assert status < 500
        if mode is GenerationMode.POSITIVE and answering.error.get("code") in UNSOUND:
            assert answering.error["param"].rpartition(".")[2] in NOT_TAKEN, answering.error

    holds()


def encoded(body: Any) -> bytes:
    if isinstance(body, schemathesis.core.NotSet):
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()
