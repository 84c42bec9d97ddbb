"""How the tests run a client: as a program of its own, against a provider in this process."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from tests.clients.install import NODE, PYTHON, python

from seatrial.leaks import RUN
from seatrial.process.environment import environment

if TYPE_CHECKING:
    from collections.abc import Coroutine

PROGRAMS = Path(__file__).parent / "programs"
BOUND = 90.0
OFFLINE = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A program that holds the conversation of `weather`.

    Attributes:
        program: Its file, in `programs/` or `node/`.
        api: `responses` or `chat`.
    """

    program: str
    api: str

    @property
    def is_node(self) -> bool:
        """Whether Node runs it."""
        return self.program.endswith(".mjs")

    def __str__(self) -> str:
        return f"{Path(self.program).stem}-{self.api}" + ("-node" if self.is_node else "")


class Converse(Protocol):
    """Runs a client against a base URL and returns what it printed."""

    async def __call__(self, client: Client, base_url: str) -> dict[str, Any]: ...


def require(missing: str) -> None:
    """Skips the test, or fails it where the clients have to be there."""
    if "clients" in os.environ.get("SEATRIAL_REQUIRE", ""):
        pytest.fail(missing)
    pytest.skip(missing)


def _command(client: Client, folder: Path) -> list[str]:
    environment = NODE if client.is_node else PYTHON
    node = shutil.which("node")
    if not environment.is_complete or (client.is_node and node is None):
        require(f"the {environment.name} are not here: python tests/clients/install.py")
    if not client.is_node:
        return [str(python()), str(PROGRAMS / client.program)]
    for file in NODE.wanted.parent.glob("*.mjs"):
        shutil.copy(file, folder)
    (folder / "node_modules").symlink_to(NODE.folder / "node_modules")
    return [str(node), str(folder / client.program)]


@pytest.fixture
def converse(tmp_path: Path) -> Converse:
    """Runs clients, with nothing of the developer's environment but what programs need."""

    async def run(client: Client, base_url: str) -> dict[str, Any]:
        process = await asyncio.create_subprocess_exec(
            *_command(client, tmp_path),
            base_url,
            client.api,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=tmp_path,
            env=environment({"HOME": str(tmp_path), **OFFLINE}, run=str(RUN)),
        )
        try:
            async with asyncio.timeout(BOUND):
                out, err = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode == 0, f"{client} failed:\n{err.decode()[-4000:]}"
        understood: dict[str, Any] = json.loads(out.decode().splitlines()[-1])
        return understood

    return run


class Run(Protocol):
    """Runs a coroutine in a loop of its own."""

    def __call__(self, main: Coroutine[Any, Any, None]) -> None: ...


@pytest.fixture
def run() -> Run:
    """Runs a coroutine in a loop of its own."""
    return asyncio.run
