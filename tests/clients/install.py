"""Brings the Node clients into the user's cache: `python tests/clients/install.py`.

The Python clients are the extra `clients`. Nothing is fetched by the tests themselves.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import platformdirs

NODE = Path(__file__).parent / "node"


def node_folder() -> Path:
    """Returns where the packages of this `package.json` are kept, whether they are there or not."""
    wanted = hashlib.sha256((NODE / "package.json").read_bytes()).hexdigest()[:12]
    return platformdirs.user_cache_path("seatrial") / f"node-clients-{wanted}"


def is_complete(folder: Path) -> bool:
    """Tells whether everything was installed there."""
    return (folder / "complete").exists()


def main() -> int:
    """Installs what is not there yet; returns the exit status of npm."""
    folder = node_folder()
    if is_complete(folder):
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_bytes((NODE / "package.json").read_bytes())
    words = ["npm", "install", "--silent", "--no-package-lock", "--no-audit", "--no-fund"]
    done = subprocess.run(words, cwd=folder, check=False)
    if done.returncode == 0:
        (folder / "complete").touch()
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
