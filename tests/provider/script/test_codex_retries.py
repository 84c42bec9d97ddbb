"""A real Codex retries, and gets the same reply again; its retries have no header that says so."""

from __future__ import annotations

import asyncio
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from seatrial.servers import resolve
from seatrial_provider import Provider, reply, say
from seatrial_provider.faults import CutOff, HttpError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.provider.conftest import Run

pytestmark = pytest.mark.codex

CONFIG = """\
model = "mock"
model_provider = "mock"
[model_providers.mock]
name = "mock"
base_url = "{base_url}"
wire_api = "responses"
env_key = "MOCK_KEY"
"""


async def codex(home: Path, prompt: str) -> str:
    """Has Codex answer one prompt, and returns what it prints at the end."""
    process = await asyncio.create_subprocess_exec(
        *(resolve("codex@0.163.0").argv[0], "exec", "--skip-git-repo-check", prompt),
        cwd=home,
        env={
            "CODEX_HOME": str(home),
            "HOME": str(home),
            "MOCK_KEY": "unused",
            "PATH": os.environ["PATH"],
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return said.decode().strip()


def test_a_retry_of_codex_gets_the_same_reply(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        async with Provider() as provider:
            spoilt = [CutOff(at=6), HttpError(status=500, attempts=(2,))]
            provider.script(reply(say("the first"), faults=spoilt), reply(say("the next")))
            (tmp_path / "config.toml").write_text(CONFIG.format(base_url=provider.base_url))
            assert await codex(tmp_path, "hello") == "the first"
            asked = [(r.attempt, r.retry_of, r.reply_number) for r in provider.requests]
            assert asked == [(1, None, 1), (2, 0, 1), (3, 0, 1)]

    run(main())
