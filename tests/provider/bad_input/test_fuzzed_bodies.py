"""Whatever is in a body, at whatever path: never a 5xx, never a crash, always the envelope."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.provider.bad_input.conftest import (
    JSON,
    SOUND,
    VALUES,
    Answering,
    at,
    damaged,
    paths,
    places,
    replaced,
)

from seatrial_provider import ProblemKind

PATHS = st.sampled_from(["/v1/responses", "/v1/chat/completions", "/v1/responses/compact"])
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "content-encoding", "accept", "if-none-match"]),
    st.sampled_from(["", "application/json", "gzip", "zstd", "deflate, gzip", "text/plain", "é"]),
)


@settings(max_examples=300)
@given(body=damaged(), where=paths() | PATHS.map(lambda path: ("POST", path)))
def test_a_body_with_wrong_types_is_answered(body: Any, where: tuple[str, str]) -> None:
    method, path = where
    assert Answering().status(method, path, json.dumps(body).encode(), JSON) < 500


@settings(max_examples=200)
@given(body=VALUES, where=paths())
def test_any_json_is_answered(body: Any, where: tuple[str, str]) -> None:
    method, path = where
    assert Answering().status(method, path, json.dumps(body).encode(), JSON) < 500


@settings(max_examples=200)
@given(body=st.binary(max_size=60), where=paths(), headers=HEADERS)
def test_any_bytes_are_answered(
    body: bytes, where: tuple[str, str], headers: dict[str, str]
) -> None:
    method, path = where
    assert Answering().status(method, path, body, headers) < 500


@given(data=st.data(), body=st.sampled_from(SOUND), path=PATHS)
def test_a_body_that_is_cut_off_is_refused(data: st.DataObject, body: Any, path: str) -> None:
    raw = json.dumps(body).encode()
    cut = raw[: data.draw(st.integers(min_value=0, max_value=len(raw) - 1))]
    assert Answering().status("POST", path, cut, JSON) == 400


@settings(max_examples=200)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "X"]),
    path=st.text(max_size=30).map(lambda text: f"/{text}") | paths().map(lambda pair: pair[1]),
)
def test_any_path_and_method_is_answered(method: str, path: str) -> None:
    assert Answering().status(method, path, b"", {}) < 500


PATHS_OF_SOUND = ("/v1/responses", "/v1/chat/completions")
TEXTS = [
    (path, body, place)
    for path, body in zip(PATHS_OF_SOUND, SOUND[:2], strict=True)
    for place in places(body)
    if isinstance(at(body, place), str) and "parameters" not in place
]
"""Every text in a sound body; what the parameters of a tool say is up to who offers it."""


@pytest.mark.parametrize(("path", "body"), [*zip(PATHS_OF_SOUND, SOUND[:2], strict=True)])
def test_a_sound_body_is_taken(path: str, body: Any) -> None:
    answering = Answering()
    alone = {name: value for name, value in body.items() if name != "conversation"}
    alone["input"] = alone.get("input", [])[:-1]  # without what refers to an item that is kept
    assert answering.status("POST", path, json.dumps(alone).encode(), JSON) == 200
    assert answering.problems == []


@pytest.mark.parametrize("other", [3, True, {"a": 1}], ids=repr)
def test_a_wrong_type_in_the_place_of_any_text_is_refused(other: Any) -> None:
    for path, body, place in TEXTS:
        answering = Answering()
        raw = json.dumps(replaced(body, place, other)).encode()
        assert answering.status("POST", path, raw, JSON) == 400, place
        assert [problem.kind for problem in answering.problems] == [ProblemKind.BAD_REQUEST]
        assert answering.error["code"] in ("invalid_type", "invalid_value")


def test_a_deep_body_is_refused() -> None:
    for deep in (b"[" * 200_000, b'{"input":' * 50_000 + b"1" + b"}" * 50_000):
        assert Answering().status("POST", "/v1/responses", deep, JSON) == 400
