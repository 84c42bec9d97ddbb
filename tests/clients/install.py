"""Brings clients, and MCP servers, into the user's cache: `python tests/clients/install.py`.

Each language has an environment of its own there, since the clients have needs of their own.
Nothing is fetched by the tests themselves.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Environment:
    """What is installed together.

    Attributes:
        name: Its name.
        wanted: The file that names what is in it, with the versions.
    """

    name: str
    wanted: Path

    @property
    def folder(self) -> Path:
        """Where they are kept, whether they are there or not: another one for other versions."""
        digest = hashlib.sha256(self.wanted.read_bytes()).hexdigest()[:12]
        return platformdirs.user_cache_path("seatrial") / f"{self.name}-{digest}"

    @property
    def is_complete(self) -> bool:
        """Whether everything was installed."""
        return (self.folder / "complete").exists()


PYTHON = Environment("python-clients", HERE / "programs" / "requirements.txt")
NODE = Environment("node-clients", HERE / "node" / "package.json")
MCP_SERVERS = Environment("mcp-servers", HERE.parent / "suites" / "mcp_servers" / "package.json")


def python() -> Path:
    """Returns the interpreter of the Python clients."""
    return PYTHON.folder / "bin" / "python"


def main() -> None:
    """Installs what is not there yet.

    Raises:
        subprocess.CalledProcessError: pip or npm failed; it said why.
    """
    if not PYTHON.is_complete:
        _run(sys.executable, "-m", "venv", str(PYTHON.folder))
        quiet = ["-q", "--disable-pip-version-check"]
        _run(str(python()), "-m", "pip", "install", *quiet, "-r", str(PYTHON.wanted))
        (PYTHON.folder / "complete").touch()
    for node in (NODE, MCP_SERVERS):
        if not node.is_complete:
            _npm(node)


def _npm(wanted: Environment) -> None:
    wanted.folder.mkdir(parents=True, exist_ok=True)
    (wanted.folder / "package.json").write_bytes(wanted.wanted.read_bytes())
    quiet = ["--silent", "--no-package-lock", "--no-audit", "--no-fund"]
    _run("npm", "install", *quiet, cwd=wanted.folder)
    (wanted.folder / "complete").touch()


def _run(*words: str, cwd: Path | None = None) -> None:
    subprocess.run(words, cwd=cwd, check=True)


if __name__ == "__main__":
    main()
