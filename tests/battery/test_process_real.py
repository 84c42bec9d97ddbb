"""A server that runs a turn's command in a session of its own: its end takes the command along."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from seatrial.conformance.trial import open_trial
from seatrial.dialects import Policy, Sandbox
from seatrial.servers import resolve
from seatrial_provider import reply, run_command

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the supervisor is for Linux")
PATIENCE = 60.0


@pytest.mark.parametrize(
    "server", ["reference", pytest.param("codex", marks=pytest.mark.codex)], ids=str
)
def test_a_command_in_a_session_of_its_own_is_ended_with_its_server(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEATRIAL_HOMES", str(tmp_path / "homes"))
    witness = tmp_path / "witness"
    os.mkfifo(witness)
    fd = os.open(witness, os.O_RDONLY | os.O_NONBLOCK)
    command = f"exec 9>{witness}; echo runs >&9; sleep 300; echo over"

    async def runs() -> None:
        loop = asyncio.get_running_loop()
        said = asyncio.Event()
        loop.add_reader(fd, said.set)
        try:
            await asyncio.wait_for(said.wait(), PATIENCE)
        finally:
            loop.remove_reader(fd)

    async def main() -> None:
        async with open_trial(resolve(server), "app_v2") as trial:
            trial.model(reply(run_command(command)))
            async with trial.agent() as agent:
                thread = await agent.start(
                    cwd=trial.workspace, policy=Policy.NEVER, sandbox=Sandbox.FULL_ACCESS
                )
                await thread.send("go")
                await runs()
                assert os.read(fd, 64) == b"runs\n"
                (asleep, *_) = await trial.process.running("sleep")
                session = os.getsid(asleep.pid)
                ended = await trial.process.end()
                assert os.read(fd, 64) == b"", "the command is still alive"
                assert ended.survivors == ()
                if server == "codex":
                    assert session != trial.process.pid

    try:
        asyncio.run(main())
    finally:
        os.close(fd)
