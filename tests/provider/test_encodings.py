"""Bodies are unpacked whatever they are packed in, and never into more than the bound."""

from __future__ import annotations

import gzip
import json
import random
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from seatrial_provider import ProblemKind, Provider, reply, say
from seatrial_provider.encodings import ENCODINGS, decoded
from seatrial_provider.unsound import UnsoundBodyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.provider.conftest import Ask, Run, Send


def raw_deflate(plain: bytes) -> bytes:
    pack = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return pack.compress(plain) + pack.flush()


def in_pieces(plain: bytes, pack: Callable[[bytes], bytes]) -> bytes:
    return pack(plain[:3]) + pack(plain[3:])


def unsized_zstd(plain: bytes) -> bytes:
    pack = zstandard.ZstdCompressor().compressobj()
    return pack.compress(plain) + pack.flush()


PACKED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "gzip in members": ("x-gzip", lambda plain: in_pieces(plain, gzip.compress)),
    "gzip with padding": ("GZip", lambda plain: gzip.compress(plain) + b"\0" * 9),
    "deflate": ("deflate", zlib.compress),
    "deflate without its wrapping": ("deflate", raw_deflate),
    "zstd": ("zstd", zstandard.compress),
    "zstd without its size": ("zstd", unsized_zstd),
    "zstd in frames": ("zstd", lambda plain: in_pieces(plain, zstandard.compress)),
    "several": ("gzip, identity, zstd", lambda plain: zstandard.compress(gzip.compress(plain))),
    "none": ("identity", bytes),
}


@pytest.mark.parametrize("how", PACKED)
@given(plain=st.binary())
def test_what_was_packed_is_unpacked(how: str, plain: bytes) -> None:
    name, pack = PACKED[how]
    assert decoded(pack(plain), name, limit=max(len(plain), 64)) == plain


@pytest.mark.parametrize("how", [how for how in PACKED if how != "none"])
@pytest.mark.parametrize("size", [64, 100_000])
def test_what_cannot_be_made_smaller_is_measured_by_its_plain_size(how: str, size: int) -> None:
    name, pack = PACKED[how]
    plain = random.Random(size).randbytes(size)
    assert len(pack(plain)) >= size
    assert decoded(pack(plain), name, limit=size) == plain
    with pytest.raises(UnsoundBodyError, match="at most") as raised:
        decoded(pack(plain), name, limit=size - 1)
    assert raised.value.status == 413


@pytest.mark.parametrize("how", [how for how in PACKED if how != "none"])
def test_what_ends_early_or_is_something_else_is_unsound(how: str) -> None:
    name, pack = PACKED[how]
    for damaged in (pack(b"some text" * 9).rstrip(b"\0")[:-1], b"plain text", b""):
        with pytest.raises(UnsoundBodyError) as raised:
            decoded(damaged, name)
        assert raised.value.status == 400


@pytest.mark.parametrize("how", [how for how in PACKED if how != "none"])
def test_a_bomb_is_refused_before_it_is_unpacked(how: str) -> None:
    name, pack = PACKED[how]
    bomb = pack(b"\0" * 20_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(UnsoundBodyError, match="at most 1,000 bytes") as raised:
            decoded(bomb, name, limit=1_000)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert raised.value.status == 413
    assert most < 5_000_000


def test_an_encoding_that_is_not_known_names_those_that_are() -> None:
    with pytest.raises(UnsoundBodyError) as raised:
        decoded(b"", "br")
    assert raised.value.status == 415
    assert all(name in raised.value.expected for name in ENCODINGS)


@pytest.mark.parametrize("how", PACKED)
def test_a_packed_request_is_answered_and_kept_as_it_came(
    how: str, run: Run, send: Send, ask: Ask
) -> None:
    name, pack = PACKED[how]

    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("read")))
            packed = pack(json.dumps(ask("packed")).encode())
            headers = {"content-encoding": name, "content-type": "application/json"}
            wire = await send(f"{provider.base_url}/responses", packed, headers=headers)
            assert wire.status == 200
            request = provider.requests.single_request()
            assert request.body == packed
            assert request.last_user_text() == "packed"
            assert json.loads(request.body_bytes()) == request.body_json()

    run(main())


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_body_over_the_bound_gets_413_and_the_next_request_is_answered(
    encoding: str, run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider(largest_body=10_000) as provider:
            provider.script(reply(say("fine")))
            url = f"{provider.base_url}/responses"
            body = json.dumps(ask("x" * 1_000_000)).encode()
            packed = gzip.compress(body) if encoding == "gzip" else body
            wire = await send(url, packed, headers={"content-encoding": encoding})
            assert (wire.status, wire.json()["error"]["code"]) == (413, "bad-request")
            kinds = [problem.kind for problem in provider.verify()]
            assert ProblemKind.BAD_REQUEST in kinds
            assert provider.journal[0].status == 413
            assert (await send(url, ask())).status == 200

    run(main())
