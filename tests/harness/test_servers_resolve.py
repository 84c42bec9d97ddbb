"""From what a user typed to a command line: every kind of name, and every way it can be wrong."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.profiles import UnknownProfile
from seatrial.servers import NoVariants, ServerUnderTest, UnknownServer, resolve, variants

if TYPE_CHECKING:
    from collections.abc import Callable

PROFILE = 'name = "mine"\ntitle = "Mine"\ndialects = ["app_v2"]\narguments = ["serve"]\n'


@pytest.fixture(autouse=True)
def _no_release_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks for fetched releases in an empty folder."""
    monkeypatch.setenv("SEATRIAL_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Makes a program that can be executed, in a folder that is all of PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(name: str) -> Path:
        file = folder / name
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
        return file

    return make


def test_the_reference_server_is_the_default() -> None:
    server = resolve()
    assert server.name == "reference"
    assert server.argv == (sys.executable, "-m", "seatrial_reference", "app-server")
    assert server.profile.name == "reference"
    assert (Path(server.environment["PYTHONPATH"]) / "seatrial_reference").is_dir()
    assert resolve("reference") == server
    assert resolve("") == server


def test_a_variant_of_the_reference_server() -> None:
    server = resolve("reference:some-defect")
    assert server.argv[-3:] == ("app-server", "--variant", "some-defect")
    assert server.name == "reference:some-defect"
    assert resolve("reference:").argv == resolve("reference").argv


def test_codex_on_the_path(program: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    file = program("codex")
    server = resolve("codex")
    assert server.argv == (str(file), "app-server")
    assert server.profile.name == "codex"
    assert server.environment == {}


def test_codex_that_is_nowhere(
    program: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    del program
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UnknownServer, match="Codex is not here") as caught:
        resolve("codex")
    assert "pip install" in caught.value.remedy
    assert "; or put a codex binary on PATH" in caught.value.remedy


def test_a_module_without_its_program_is_passed_over(
    program: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "codex_cli_bin"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.delitem(sys.modules, "codex_cli_bin", raising=False)
    file = program("codex")
    assert resolve("codex").argv[0] == str(file)
    (package / "bin").mkdir()
    (package / "bin" / "codex").write_text("")
    assert resolve("codex").argv[0] == str(package / "bin" / "codex")


def test_only_the_reference_server_has_variants(program: Callable[[str], Path]) -> None:
    program("codex")
    with pytest.raises(UnknownServer, match="Codex has no variants") as caught:
        resolve("codex:some-defect")
    assert caught.value.arrived == "codex:some-defect"


def test_a_profile_file(program: Callable[[str], Path], tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(PROFILE + '[[find]]\npath = "my-server"\n')
    with pytest.raises(UnknownServer, match="Mine is not here") as caught:
        resolve(str(file))
    assert caught.value.remedy == "give its command line with --command and --profile"
    found = program("my-server")
    server = resolve(str(file))
    assert server.argv == (str(found), "serve")
    assert server.title == "Mine"


def test_a_profile_file_that_is_not_there() -> None:
    with pytest.raises(UnknownProfile, match="there is no profile"):
        resolve("no/such/profile.toml")


def test_a_path_is_the_program_itself(program: Callable[[str], Path]) -> None:
    file = program("my server")
    server = resolve(str(file))
    assert server.argv == (str(file),)
    assert server.profile.name == "generic"
    assert server.at("1.2").title == f"{server.name} 1.2"


def test_a_relative_path_is_made_absolute(
    program: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is started in a folder of its own."""
    file = program("my-server")
    monkeypatch.chdir(file.parent)
    assert resolve("./my-server").argv == (str(file),)
    assert resolve(command="./my-server --x").argv == (str(file), "--x")


def test_a_path_that_looks_like_a_known_server_gets_its_profile(
    program: Callable[[str], Path],
) -> None:
    assert resolve(str(program("codex"))).profile.name == "codex"


def test_a_command_line(program: Callable[[str], Path]) -> None:
    file = program("my-server")
    server = resolve(command="my-server --flag 'two words'")
    assert server.argv == (str(file), "--flag", "two words")
    assert server.name == "my-server --flag 'two words'"
    assert server.profile.name == "generic"
    assert resolve("codex", command="my-server").argv == (str(file),)


def test_a_command_line_with_a_profile(program: Callable[[str], Path], tmp_path: Path) -> None:
    program("codex")
    own = tmp_path / "mine.toml"
    own.write_text(PROFILE)
    assert resolve(command="codex app-server").profile.name == "codex"
    assert resolve(command="codex app-server", profile="reference").profile.name == "reference"
    server = resolve(command="codex app-server", profile=str(own))
    assert server.profile.name == "mine"
    assert server.argv[1:] == ("app-server",)


def test_an_unknown_program_is_left_to_be_found_out_at_the_start(
    program: Callable[[str], Path],
) -> None:
    del program
    assert resolve(command="no-such-program x").argv == ("no-such-program", "x")


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("my-server 'open", "the command line cannot be read"),
        ("", "the command line is empty"),
        ("   ", "the command line is empty"),
    ],
)
def test_a_command_line_that_is_none(command: str, what: str) -> None:
    with pytest.raises(UnknownServer) as caught:
        resolve(command=command)
    assert caught.value.what == what


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("codx", "did you mean 'codex'?"),
        ("referense:x", "did you mean 'reference'?"),
        ("zzz", "is it a program? Then give its path."),
    ],
)
def test_a_name_that_means_nothing(name: str, cause: str) -> None:
    with pytest.raises(UnknownServer, match="there is no server") as caught:
        resolve(name)
    assert caught.value.cause == cause
    assert caught.value.arrived == repr(name)
    assert "generic" not in caught.value.expected


def test_an_unknown_profile_is_said() -> None:
    with pytest.raises(UnknownProfile, match="there is no profile 'nope'"):
        resolve(command="my-server", profile="nope")


def test_the_variants_are_those_that_the_reference_server_lists() -> None:
    listed = variants()
    assert listed
    assert all(name and defect for name, defect in listed.items())


@pytest.mark.parametrize("said", ["", "[1]", '[{"name": "x"}]', "3"])
def test_a_server_that_lists_no_variants(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    reference = resolve("reference")
    broken = ServerUnderTest(
        name="reference",
        program=(sys.executable, "-I", "-S", "-c", f"print({said!r})"),
        profile=reference.profile,
    )
    monkeypatch.setattr(sys.modules["seatrial.servers.variants"], "resolve", lambda name: broken)
    with pytest.raises(NoVariants, match="does not list its variants") as caught:
        variants()
    assert said in caught.value.arrived
    assert caught.value.remedy.endswith("variants --json")


def test_a_title_names_the_release() -> None:
    server = resolve("reference")
    assert server.title == "Reference server"
    later = server.at("1.2.3")
    assert later.title == "Reference server 1.2.3"
    assert server.release is None


LISTENS = """
dialects = ["app_v2", "mcp"]
name = "mine"
title = "Mine"
arguments = ["serve"]

[[transports]]
name = "stdio"

[[transports]]
name = "unix"
dialects = ["app_v2"]
arguments = ["--socket", "${socket}"]
ready = "ready"
since = "2.0"
"""


@pytest.fixture
def listens(program: Callable[[str], Path], tmp_path: Path) -> str:
    """A profile whose server can be reached in two ways."""
    program("my-server")
    file = tmp_path / "mine.toml"
    file.write_text(f'find = [{{ path = "my-server" }}]\n{LISTENS}')
    return str(file)


def test_a_server_is_reached_over_its_stdio_unless_it_is_told_to_listen(listens: str) -> None:
    server = resolve(listens)
    assert list(server.transports) == ["stdio", "unix"]
    assert (server.argv[1:], list(server.dialects)) == (("serve",), ["app_v2", "mcp"])
    over = server.over("unix")
    assert (over.argv[1:], list(over.dialects)) == (
        ("serve", "--socket", "${socket}"),
        ["app_v2"],
    )
    assert over.over("stdio") == server
    assert list(server.at("1.0").transports) == ["stdio"]


def test_a_command_line_says_by_its_end_how_it_is_reached(listens: str) -> None:
    server = resolve(command="my-server serve --socket '${socket}'", profile=listens)
    assert (server.transport, list(server.transports)) == ("unix", ["unix"])
    assert list(server.dialects) == ["app_v2"]
    assert server.argv[-1] == "${socket}"
    other = resolve(command="my-server serve --socket mine", profile=listens)
    assert (other.transport, list(other.dialects)) == ("stdio", ["app_v2"])


def test_a_server_may_always_listen(program: Callable[[str], Path], tmp_path: Path) -> None:
    program("my-server")
    file = tmp_path / "mine.toml"
    file.write_text(PROFILE + 'transports = [{ name = "websocket", ready = "at (.*)" }]\n')
    assert resolve(command="my-server", profile=str(file)).transport == "websocket"


def test_a_server_without_stdio_is_reached_as_it_can_be(
    program: Callable[[str], Path], tmp_path: Path
) -> None:
    program("my-server")
    file = tmp_path / "mine.toml"
    found = 'find = [{ path = "my-server" }]\n'
    file.write_text(found + PROFILE + 'transports = [{ name = "http", ready = "at (.*)" }]\n')
    server = resolve(str(file))
    assert (server.transport, list(server.transports)) == ("http", ["http"])


def test_a_program_is_given_with_its_first_arguments(
    program: Callable[[str], Path], tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(PROFILE + 'find = [{ command = ["my-language", "${here}/server.js"] }]\n')
    with pytest.raises(UnknownServer, match="Mine is not here"):
        resolve(str(file))
    found = program("my-language")
    assert resolve(str(file)).argv == (str(found), f"{tmp_path}/server.js", "serve")
