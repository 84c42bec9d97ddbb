"""What `seatrial validate` makes of the transcripts of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

DONE = {"from": "server", "message": {"method": "turn/completed", "params": {"threadId": "1"}}}
ASKED = {"from": "client", "message": {"id": 1, "method": "getUserAgent"}}
ANSWERED = {"from": "server", "message": {"id": 1, "result": {"userAgent": "x"}}}


def write(folder: Path, name: str, *steps: dict[str, Any]) -> None:
    (folder / "transcripts").mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"seq": at, **step}) for at, step in enumerate(steps)]
    (folder / "transcripts" / f"{name}.jsonl").write_text("\n".join(lines))


def test_every_transcript_is_held_against_the_servers_own_schema(
    seatrial: Callable[..., Any], tmp_path: Path
) -> None:
    note = {"from": "note", "label": "the server closed the connection"}
    write(tmp_path / "good", "a-app_v1", ASKED, ANSWERED, note)
    write(tmp_path / "good", "a-mcp", DONE)
    good = seatrial("validate", "reference", "good")
    assert (good.returncode, good.stdout) == (0, "1 messages, 0 findings\n"), good.stderr
    write(tmp_path / "bad", "a-app_v2", DONE)
    write(tmp_path / "bad", "b-app_v2", DONE)
    bad = seatrial("validate", "reference", "bad")
    assert bad.returncode == 1
    assert "turn/completed: at $.params wanted the member 'turn', came missing" in bad.stdout
    assert "(a-app_v2 and 1 more)" in bad.stdout


def test_a_folder_without_transcripts_and_a_damaged_one_are_errors(
    seatrial: Callable[..., Any], tmp_path: Path
) -> None:
    assert "is it the report of a run?" in seatrial("validate", "reference", "nowhere").stderr
    write(tmp_path / "cut", "a-app_v2", DONE)
    (file,) = (tmp_path / "cut" / "transcripts").iterdir()
    file.write_text(file.read_text()[:-5])
    cut = seatrial("validate", "reference", "cut")
    assert cut.returncode == 2
    assert "was it cut off" in cut.stderr
