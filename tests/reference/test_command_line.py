"""The command line: what it prints, and how it complains."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from seatrial_reference import __version__

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str, home: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"]}
    if home is not None:
        environment["SEATRIAL_REFERENCE_HOME"] = home
    command = [sys.executable, "-m", "seatrial_reference", *arguments]
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_version() -> None:
    assert run("--version").stdout == f"seatrial-reference {__version__}\n"


def test_help_names_the_subcommands() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    assert "app-server" in shown.stdout
    assert "variants" in shown.stdout


def test_variants_are_listed_as_text_and_as_json() -> None:
    listed = json.loads(run("variants", "--json").stdout)
    lines = run("variants").stdout.splitlines()
    assert [f"{entry['name']}: {entry['defect']}" for entry in listed] == lines
    assert "asks-twice" in {entry["name"] for entry in listed}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "expected a subcommand"),
        (("app-sever",), "did you mean app-server?"),
        (("app-server", "--variant", "ask-twice"), "did you mean asks-twice?"),
        (("app-server", "--variant=qqq"), "Known: accept-kills-turn"),
        (("app-server", "--variant"), "expected a name (see: variants) after --variant"),
        (("app-server", "--listen"), "expected an address after --listen"),
        (("mcp-server", "--listen", "ws://127.0.0.1:0"), "unknown arguments of mcp-server"),
        (("app-server", "--variant=a", "--variant=b"), "unknown arguments of app-server"),
        (("app-server", "--port"), "unknown arguments of app-server: --port"),
        (("variants", "--xml"), "unknown arguments of variants: --xml"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_why(arguments: tuple[str, ...], told: str) -> None:
    ended = run(*arguments)
    assert ended.returncode == 2
    assert told in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("home", [None, "", "/nowhere/at/all"])
def test_a_home_that_is_not_there_ends_with_1(home: str | None) -> None:
    ended = run("app-server", home=home)
    assert ended.returncode == 1
    assert "SEATRIAL_REFERENCE_HOME" in ended.stderr


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("model = [", "expected TOML"),
        ("model = 3", "`model`"),
        ('approval_policy = "often"', "'on-request'"),
        ('sandbox_mode = "sandy"', "'workspace-write'"),
        ('model_provider = "nobody"', "`model_provider`"),
        ("model_providers = 1", "a table"),
        ('[model_providers.p]\nbase_url = "ftp://x"', "`model_providers.p.base_url`"),
        ('[model_providers.p]\nbase_url = "http://x"\nwire_api = "soap"', "'chat'"),
    ],
)
def test_a_bad_configuration_ends_with_1_and_one_line(
    tmp_path: Path, config: str, told: str
) -> None:
    (tmp_path / "config.toml").write_text(config)
    ended = run("app-server", home=str(tmp_path))
    assert ended.returncode == 1
    assert told in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_an_empty_home_is_enough(tmp_path: Path) -> None:
    ended = run("app-server", home=str(tmp_path))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_starting_does_not_load_what_only_turns_need() -> None:
    heavy = ["argparse", "asyncio", "ctypes", "http.client", "ssl", "subprocess", "urllib", "uuid"]
    code = (
        "import sys, seatrial_reference.server, tomllib\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    command = [sys.executable, "-I", "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_server_needs_none_of_the_other_packages() -> None:
    code = (
        "import sys, seatrial_reference.fronts.app_v2, seatrial_reference.model\n"
        "import seatrial_reference.reply, seatrial_reference.variants\n"
        "others = {'seatrial', 'seatrial_provider', 'seatrial_suites', 'aiohttp', 'pydantic'}\n"
        "print(sorted(others & set(sys.modules)))"
    )
    command = [sys.executable, "-I", "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"
