"""Writing messages: whole lines, and a client that is gone."""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING

from seatrial_reference.wire import Wire

if TYPE_CHECKING:
    import pytest


def test_lines_of_many_writers_stay_whole() -> None:
    source, sink = os.pipe()
    wire = Wire(sink, on_broken=lambda: None)
    text = "x" * 50_000
    writers = [threading.Thread(target=wire.respond, args=(number, text)) for number in range(8)]
    for writer in writers:
        writer.start()
    with os.fdopen(source, "rb") as stream:
        messages = [json.loads(stream.readline()) for _ in writers]
        for writer in writers:
            writer.join()
        os.close(sink)
    assert sorted(message["id"] for message in messages) == list(range(8))
    assert {message["result"] for message in messages} == {text}


def test_a_client_that_no_longer_reads_is_reported_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    source, sink = os.pipe()
    os.close(source)
    calls: list[str] = []
    wire = Wire(sink, on_broken=lambda: calls.append("broken"))
    wire.notify("one", {})
    wire.notify("two", {})
    os.close(sink)
    assert calls == ["broken"]
    assert "no longer reads" in capsys.readouterr().err
