"""Undoes the content encodings of a body, and never makes more of it than a bound allows."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import zstandard

from seatrial_provider.unsound import UnsoundBodyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LARGEST_BODY = 64 * 1024 * 1024
"""The most bytes that a body may have, packed or unpacked, unless a provider is told otherwise."""

_GZIP = zlib.MAX_WBITS | 16
_ZLIB = zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS


class _DamagedError(Exception):
    """The bytes are not in their encoding."""


def decoded(body: bytes, content_encoding: str, *, limit: int = LARGEST_BODY) -> bytes:
    """Undoes the content encodings of a body, the last one first (RFC 9110, 8.4).

    Args:
        body: The bytes as they arrived.
        content_encoding: The value of the header; empty for none.
        limit: The most bytes that the plain body may have. In between, what is packed twice may
            have a little more: packing makes what is random longer.

    Returns:
        The plain bytes.

    Raises:
        UnsoundBodyError: An encoding is not known here, the bytes are not in it, or they unpack
            to more than `limit`.
    """
    names = [name.strip().lower() for name in reversed(content_encoding.split(","))]
    packings = [name for name in names if name not in ("", "identity")]
    for left, name in zip(reversed(range(len(packings))), packings, strict=True):
        body = _undone(body, name, limit, room=left * (limit // 1_000 + 1_000))
    return body


def _undone(body: bytes, name: str, limit: int, *, room: int) -> bytes:
    unpack = ENCODINGS.get(name)
    if unpack is None:
        raise UnsoundBodyError(
            expected=f"a body without content encoding, or in one of {', '.join(ENCODINGS)}",
            arrived=f"content-encoding: {name}",
            status=415,
        )
    try:
        plain = unpack(body, most=limit + room + 1)
    except (_DamagedError, zlib.error, zstandard.ZstdError) as error:
        raise UnsoundBodyError(expected=f"whole {name} data", arrived=str(error)) from error
    if len(plain) > limit + room:
        raise UnsoundBodyError(
            expected=f"a body of at most {limit:,} bytes when it is unpacked",
            arrived=f"{len(body):,} bytes of {name} that unpack to more",
            status=413,
        )
    return plain


def _gunzip(packed: bytes, *, most: int) -> bytes:
    """Unpacks every member of a gzip file."""
    pieces: list[bytes] = []
    while packed or not pieces:
        inflate = zlib.decompressobj(wbits=_GZIP)
        pieces.append(_inflated(inflate, packed, most))
        most -= len(pieces[-1])
        if most <= 0:
            break
        packed = inflate.unused_data.lstrip(b"\0")
    return b"".join(pieces)


def _inflate(packed: bytes, *, most: int) -> bytes:
    """Unpacks deflate data in its zlib wrapping, or without it as some clients send it."""
    try:
        return _inflated(zlib.decompressobj(wbits=_ZLIB), packed, most)
    except zlib.error:
        return _inflated(zlib.decompressobj(wbits=_RAW_DEFLATE), packed, most)


def _inflated(inflate: zlib._Decompress, packed: bytes, most: int) -> bytes:
    plain = inflate.decompress(packed, most)
    if not inflate.eof and len(plain) < most:
        raise _DamagedError("data that ends early")
    return plain


def _unzstd(packed: bytes, *, most: int) -> bytes:
    """Unpacks every zstd frame, after a first pass that only looks how much it will be.

    The library's reader takes a bound but does not tell data that ends early from data that is
    whole; its decompressor tells, but takes no bound.
    """
    reader = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
    beginning = reader.read(most)
    if len(beginning) == most:
        return beginning
    pieces: list[bytes] = []
    while packed or not pieces:
        inflate = zstandard.ZstdDecompressor().decompressobj()
        pieces.append(inflate.decompress(packed))
        if not inflate.eof:
            raise _DamagedError("data that ends early")
        packed = inflate.unused_data
    return b"".join(pieces)


ENCODINGS: Mapping[str, Callable[..., bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "zstd": _unzstd,
}
"""What undoes each content encoding; it returns the first `most` bytes of what it unpacks."""
