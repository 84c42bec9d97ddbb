"""What `seatrial probe` finds out, and what becomes of servers that do not answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

AGENT = f"""#!/bin/sh
SEATRIAL_REFERENCE_HOME="$CODEX_HOME" exec {sys.executable} -m seatrial_reference "$@"
"""

HOSTILE = {
    "hangs": "#!/bin/sh\nread line; exec cat /dev/zero >/dev/null </dev/null\n",
    "dies": "#!/bin/sh\necho I will not >&2; exit 3\n",
    "rubbish": "#!/bin/sh\nwhile read line; do echo '<html>'; done\n",
}


def test_a_server_nobody_knows_is_found_out_and_judged_by_the_profile(
    seatrial: Callable[..., Any],
    program: Callable[[str], str],
    tmp_path: Path,
    nothing_left: Callable[[], None],
) -> None:
    agent = program(AGENT)
    found = seatrial(
        "probe", "--command", agent, "--profile-out", "my.toml", "--json", "found.json"
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "It speaks mcp: started mcp-server" in found.stdout
    data = json.loads((tmp_path / "found.json").read_text())
    assert [one["dialect"] for one in data["spoken"]] == ["app_v2", "app_v1", "mcp"]
    assert data["wires"] == ["responses", "chat"]
    assert "function exec_command" in data["tools"]
    assert {one["policy"]: one["asked"] for one in data["policies"]} == {
        "untrusted": True,
        "on-failure": True,
        "on-request": True,
        "never": False,
    }
    assert "thread/start" in data["methods"]["app_v2"]
    assert data["leaves"] == "it leaves at the end of stdin, exit status 0"
    assert data["failures"] == []
    judged = seatrial("run", "my.toml", "--only", "approvals.command.accept")
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert "3 pass" in judged.stdout
    nothing_left()


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_server_that_does_not_answer_gets_a_line_a_question_and_ends_in_time(
    seatrial: Callable[..., Any],
    program: Callable[[str], str],
    nothing_left: Callable[[], None],
    kind: str,
) -> None:
    done = seatrial("probe", "--command", program(HOSTILE[kind]), "--timeout", "0.5")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "It speaks none of the dialects" in done.stdout
    assert "app_v2, started with app-server, opened as app-server: " in done.stdout
    assert "Traceback" not in done.stderr
    nothing_left()


def test_a_program_that_is_not_there_is_told(seatrial: Callable[..., Any]) -> None:
    done = seatrial("probe", "--command", "/no/such/agent")
    assert done.returncode == 1
    assert "cannot start '/no/such/agent'" in done.stdout
