"""Anyone's MCP server is judged by its TOML file alone: ours, two examples, a published one."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from tests.clients.install import MCP_SERVERS
from tests.suites.judging import judged

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples" / "mcp_servers"

SOME = (
    "elicitation.matrix.decision",
    "elicitation.matrix.error",
    "elicitation.no-capability",
    "elicitation.content",
    "mcp.lifecycle.ping",
    "mcp.tools.result",
)
"""Requirements that each server is judged by here: some of each kind, and none that waits."""

needs_node = pytest.mark.skipif(
    not MCP_SERVERS.is_complete and "clients" not in os.environ.get("SEATRIAL_REQUIRE", ""),
    reason="not installed; see tests/clients/install.py",
)


def beside_modules(folder: Path, *files: Path) -> Path:
    """Copies files to a folder in which the installed packages are found."""
    for file in files:
        shutil.copy(file, folder)
    (folder / "node_modules").symlink_to(MCP_SERVERS.folder / "node_modules")
    return folder


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_our_own_tool_server_passes(tmp_path: Path, transport: str) -> None:
    words = ("tools", "--transport", transport)
    status, verdicts = judged(tmp_path / "report", *words, only=SOME)
    assert status == 0
    assert verdicts.keys() == set(SOME)
    assert set(verdicts.values()) == {"pass"}


def test_a_server_on_the_python_sdk_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Path(sys.executable).parent  # as in an environment that is activated
    monkeypatch.setenv("PATH", f"{here}{os.pathsep}{os.environ['PATH']}")
    profile = str(EXAMPLES / "python.toml")
    status, verdicts = judged(tmp_path / "report", profile, only=SOME)
    assert status == 0
    assert set(verdicts.values()) == {"pass"}


def test_a_defect_of_a_server_is_found_whatever_starts_it(tmp_path: Path) -> None:
    guarded = (EXAMPLES / "server.py").read_text()
    careless = guarded.replace('if answer.action != "accept"', 'if answer.action == "cancel"')
    careless = careless.replace("context.client_capabilities is None", "False").replace(
        "context.client_capabilities.elicitation is None", "False"
    )
    server = tmp_path / "careless.py"
    server.write_text(
        careless.replace("answer.data.guests", "answer").replace("answer.data.place", "answer")
    )
    words = ("--command", f"{sys.executable} {server}", "--profile", str(EXAMPLES / "python.toml"))
    only = ("elicitation.matrix.decision", "elicitation.matrix.cancel", "elicitation.no-capability")
    status, verdicts = judged(tmp_path / "report", *words, only=only)
    assert status == 1
    assert {name for name in only if verdicts[name] == "fail"} == {
        "elicitation.matrix.decision",
        "elicitation.no-capability",
    }


@needs_node
def test_a_server_on_the_typescript_sdk_passes(tmp_path: Path) -> None:
    folder = beside_modules(tmp_path, EXAMPLES / "node.toml", EXAMPLES / "server.mjs")
    status, verdicts = judged(tmp_path / "report", str(folder / "node.toml"), only=SOME)
    assert status == 0
    assert set(verdicts.values()) == {"pass"}


@needs_node
def test_the_published_server_does_not_look_at_content(tmp_path: Path) -> None:
    folder = beside_modules(tmp_path, HERE / "mcp_servers" / "everything.toml")
    status, verdicts = judged(tmp_path / "report", str(folder / "everything.toml"), only=SOME)
    assert status == 0
    assert verdicts.pop("elicitation.content") == "warn"
    assert set(verdicts.values()) == {"pass"}
