"""Pipes on the event loop: lines of any length, writes of any size, a tail that stays small."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.process.spool import Copy, Spool
from seatrial.process.streams import LineReader, Tail, Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness.conftest import Run

BIG = 10 << 20


async def lines_of(reader: LineReader) -> list[bytes]:
    found = []
    while (line := await reader.line()) is not None:
        found.append(line)
    return found


async def feed(fd: int, *chunks: bytes) -> None:
    """Writes chunk after chunk, letting the reader run between them, and closes."""
    for chunk in chunks:
        os.write(fd, chunk)
        for _ in range(3):
            await asyncio.sleep(0)
    os.close(fd)


def test_a_line_of_ten_megabytes_arrives_whole(run: Run) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        reader, writer = LineReader(reading), Writer(writing)
        long = bytes(range(1, 10)) + b"x" * BIG
        writer.write(long + b"\nshort\n")
        assert await reader.line() == long
        assert await reader.line() == b"short"
        writer.close()
        assert await reader.line() is None
        assert await reader.line() is None

    run(main())


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        ((b"one\ntwo\n",), [b"one", b"two"]),
        ((b"on", b"e\ntw", b"o\n"), [b"one", b"two"]),
        ((b"caf\xc3", b"\xa9\n"), ["café".encode()]),
        ((b"kept\r\n", b"bare\rstays\n"), [b"kept\r", b"bare\rstays"]),
        ((b"one\nunfinished",), [b"one", b"unfinished"]),
        ((b"\n\n",), [b"", b""]),
        ((b"\xff\x00\xfe\n",), [b"\xff\x00\xfe"]),
        ((), []),
    ],
    ids=["plain", "split", "split UTF-8", "CRLF", "unfinished", "empty", "no text", "nothing"],
)
def test_lines_are_what_stands_between_newlines(
    run: Run, chunks: tuple[bytes, ...], lines: list[bytes]
) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        found, _ = await asyncio.gather(lines_of(LineReader(reading)), feed(writing, *chunks))
        assert found == lines

    run(main())


def test_finish_takes_what_is_in_the_pipe_although_somebody_holds_it(run: Run) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        reader = LineReader(reading)
        os.write(writing, b"one\ntwo\nlast words")
        reader.finish()
        reader.finish()
        assert await lines_of(reader) == [b"one", b"two", b"last words"]
        with pytest.raises(BrokenPipeError):
            os.write(writing, b"x")
        os.close(writing)

    run(main())


@pytest.mark.skipif(sys.platform != "linux", reason="a pipe grows only on Linux")
def test_finish_takes_more_than_one_read_of_it(run: Run) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 1 << 20)
        reader = LineReader(reading)
        os.set_blocking(writing, False)
        sent = os.write(writing, b"x" * (1 << 20))
        reader.finish()
        assert sent > 1 << 18, "less than one read takes"
        assert await lines_of(reader) == [b"x" * sent]
        os.close(writing)

    run(main())


def test_closing_wakes_whoever_waits_for_a_line(run: Run) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        reader = LineReader(reading)
        waiting = asyncio.ensure_future(reader.line())
        await asyncio.sleep(0)
        reader.close()
        assert await waiting is None
        os.close(writing)

    run(main())


def test_writing_never_blocks_and_nothing_is_lost(run: Run) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        writer = Writer(writing)
        payload = os.urandom(1 << 20).replace(b"\n", b"x")
        assert writer.write(payload[:700_000])
        assert writer.write(payload[700_000:] + b"\n")
        drained = asyncio.ensure_future(writer.drain())
        for _ in range(3):
            await asyncio.sleep(0)
        assert not drained.done()
        reader = LineReader(reading)
        assert await reader.line() == payload
        await drained
        writer.write(b"and on\n")
        await writer.drain()
        assert await reader.line() == b"and on"
        writer.close()
        assert await reader.line() is None

    run(main())


def test_writing_says_when_nobody_reads_any_more(run: Run) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        writer = Writer(writing)
        assert writer.write(b"x")
        os.close(reading)
        assert not writer.write(b"y")
        assert not writer.is_open
        assert not writer.write(b"z")
        await writer.drain()
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(writing)

    run(main())


def test_a_reader_that_dies_releases_whoever_waits_for_the_pipe(run: Run) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        writer = Writer(writing)
        writer.write(b"x" * (1 << 20))
        drained = asyncio.ensure_future(writer.drain())
        await asyncio.sleep(0)
        os.close(reading)
        await drained
        assert not writer.is_open

    run(main())


def test_closing_with_a_full_pipe_drops_the_rest(run: Run) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        writer = Writer(writing)
        writer.write(b"x" * (1 << 20))
        writer.close()
        writer.close()
        await writer.drain()
        rest = len(os.read(reading, 1 << 20))
        assert 0 < rest < 1 << 20
        assert os.read(reading, 1) == b""
        os.close(reading)

    run(main())


@pytest.fixture
def tail_of(tmp_path: Path) -> Callable[..., tuple[Tail, int, Path]]:
    def make(**options: int) -> tuple[Tail, int, Path]:
        reading, writing = os.pipe()
        file = tmp_path / "stderr.log"
        return Tail(reading, Copy(file), **options), writing, file

    return make


def test_a_tail_keeps_all_in_the_file_and_the_last_in_memory(
    run: Run, tail_of: Callable[..., tuple[Tail, int, Path]]
) -> None:
    async def main() -> None:
        tail, writing, file = tail_of(keep=64)
        pump = Writer(writing)
        pump.write(b"".join(b"line %06d\n" % n for n in range(100_000)))
        await pump.drain()
        pump.close()
        tail.close()
        text = tail.text(lines=1000)
        assert text.endswith("line 099999")
        assert len(text) <= 64
        assert file.stat().st_size == 12 * 100_000
        assert tail.text(lines=2) == "line 099998\nline 099999"

    run(main())


def test_a_tail_shows_what_has_just_been_written(
    run: Run, tail_of: Callable[..., tuple[Tail, int, Path]]
) -> None:
    async def main() -> None:
        tail, writing, file = tail_of()
        assert tail.text() == ""
        os.write(writing, b"last words \xff\n\n")
        assert tail.text() == "last words \N{REPLACEMENT CHARACTER}"
        assert file.read_bytes() == b"last words \xff\n\n"
        os.write(writing, b"more")
        tail.close()
        tail.close()
        assert tail.text().endswith("more")
        os.close(writing)

    run(main())


def test_a_tail_ends_with_its_stream(
    run: Run, tail_of: Callable[..., tuple[Tail, int, Path]]
) -> None:
    async def main() -> None:
        tail, writing, _ = tail_of()
        await feed(writing, b"one\n", b"two\n")
        assert tail.text() == "one\ntwo"
        tail.close()

    run(main())


def test_a_tail_of_what_never_stops_is_still_closed(
    run: Run, tail_of: Callable[..., tuple[Tail, int, Path]]
) -> None:
    """A grandchild that floods stderr may not keep us from going on."""

    async def main() -> None:
        tail, writing, _ = tail_of()
        os.set_blocking(writing, False)
        reads = 0
        read = os.read

        def refill(fd: int, count: int) -> bytes:
            nonlocal reads
            reads += 1
            assert reads < 10_000
            data = read(fd, count)
            os.write(writing, b"x" * 100)
            return data

        os.write(writing, b"x")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "read", refill)
            assert tail.text().startswith("x")
        tail.close()
        os.close(writing)

    run(main())


@pytest.fixture
def spool_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Path]]:
    """Returns the files that spools have open; where they are made nothing else is."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def opened() -> list[Path]:
        links = [Path(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")]  # noqa: PTH208
        found = [link.readlink() for link in links if link.is_symlink()]
        return [path for path in found if path.parent == tmp_path]

    return opened


@given(
    bound=st.integers(0, 12),
    moves=st.lists(st.one_of(st.binary(min_size=1, max_size=9), st.none()), max_size=30),
)
def test_a_spool_gives_back_what_was_put_in_wherever_it_was(
    bound: int, moves: list[bytes | None]
) -> None:
    spool, put, taken = Spool(bound=bound), b"", b""
    for data in moves:
        if data is None:
            taken += spool.take()
        else:
            spool.put(data)
            put += data
        assert put.startswith(taken)
        assert spool.newlines == put[len(taken) :].count(b"\n")
        assert bool(spool) == (len(taken) < len(put))
    while spool:
        taken += spool.take()
    assert taken == put
    assert spool.take() == b""


@pytest.mark.skipif(sys.platform != "linux", reason="it looks at /proc")
def test_a_spool_holds_no_more_than_its_bound_and_no_file_longer_than_it_must(
    spool_files: Callable[[], list[Path]], tmp_path: Path
) -> None:
    spool = Spool(bound=100)
    spool.put(b"x" * 100)
    assert spool_files() == []
    spool.put(b"y" * 1000)
    assert len(spool_files()) == 1
    assert list(tmp_path.iterdir()) == [], "it has no name"
    assert spool.take() == b"x" * 100
    assert spool.take() == b"y" * 1000
    assert spool_files() == []
    spool.put(b"z" * 1000)
    assert len(spool_files()) == 1
    del spool
    assert spool_files() == []


def test_a_spool_on_a_full_disk_keeps_what_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    spool = Spool(bound=10)
    spool.put(b"before\n")
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        spool.put(b"lost\n" * 9)
    assert spool.failure is not None
    assert spool.failure.errno == errno.ENOSPC
    spool.put(b"later")
    assert spool.take() == b"before\n"
    assert not spool
    assert spool.newlines == 0


@pytest.mark.skipif(sys.platform != "linux", reason="it looks at /proc")
def test_lines_that_nobody_asks_for_wait_on_disk(
    run: Run, tmp_path: Path, spool_files: Callable[[], list[Path]]
) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        copy = tmp_path / "elsewhere" / "stdout"
        copy.parent.mkdir()
        reader, pump = LineReader(reading, Copy(copy)), Writer(writing)
        sent = b"".join(b"line %06d %090d\n" % (number, 0) for number in range(200_000))
        pump.write(sent)
        await pump.drain()
        pump.close()
        reader.finish()
        assert len(spool_files()) == 1
        assert reader.failure is None
        first = await reader.line()
        assert first == sent.partition(b"\n")[0]
        assert b"\n".join([first, *await lines_of(reader), b""]) == sent
        assert copy.read_bytes() == sent
        assert spool_files() == []

    run(main())
