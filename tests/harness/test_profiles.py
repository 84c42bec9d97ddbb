"""Profiles: what reads as one, what does not and why, and which releases have what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from seatrial.profiles import (
    Asking,
    Claim,
    Find,
    Profile,
    Spoken,
    Transport,
    UnknownProfile,
    builtin_names,
    load,
    recognise,
)
from seatrial.profiles.model import Window

MINIMAL = 'name = "mine"\ntitle = "Mine"\ndialects = ["app_v2"]\n'


def written(folder: Path, text: str) -> str:
    file = folder / "mine.toml"
    file.write_text(text, "utf-8")
    return str(file)


@pytest.mark.parametrize("name", builtin_names())
def test_each_built_in_profile_is_sound(name: str) -> None:
    profile = load(name)
    assert profile.name == name
    values = {
        "home": "/h",
        "workspace": "/w",
        "provider_url": "http://127.0.0.1:1/v1",
        "wire": "chat",
    }
    environment, files = profile.filled(values)
    assert environment["HOME"] == "/h"
    assert all("http://127.0.0.1:1/v1" in text for text in files.values())
    assert not [text for text in (*environment.values(), *files.values()) if "${" in text]
    assert len({claim.name for claim in profile.claims}) == len(profile.claims)


def test_the_built_in_ones() -> None:
    assert builtin_names() == ("codex", "generic", "reference", "tools")


def test_a_profile_from_a_file(tmp_path: Path) -> None:
    profile = load(written(tmp_path, MINIMAL + 'arguments = ["serve"]\n'))
    assert (profile.name, profile.arguments, profile.claims) == ("mine", ("serve",), ())


def test_a_profile_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        load(written(tmp_path, MINIMAL)).name = "other"


@pytest.mark.parametrize(
    ("text", "arrived"),
    [
        ("name = ", "Invalid value"),
        (MINIMAL + 'argumets = ["x"]', "argumets: Extra inputs are not permitted"),
        ('name = "mine"\ntitle = "Mine"', "dialects: Field required"),
        (
            MINIMAL.replace("app_v2", "app_v9"),
            "dialects.0.name: Input should be 'app_v2', 'app_v1', 'mcp' or 'mcp_tools'",
        ),
        (MINIMAL + "[[find]]\nhint = 'x'", "find.0: Value error, a place is"),
        (MINIMAL + "[[find]]\npath = 'x'\npython = 'y'", "find.0: Value error, a place is"),
        (MINIMAL + "[[claims]]\nname = 'x'\nsinc = '1'", "claims.0.sinc: Extra inputs"),
        (MINIMAL + "arguments = 'x'", "arguments: Input should be a valid tuple"),
    ],
)
def test_a_file_that_is_no_profile_says_where(tmp_path: Path, text: str, arrived: str) -> None:
    with pytest.raises(UnknownProfile, match="cannot be read") as caught:
        load(written(tmp_path, text))
    assert arrived in caught.value.arrived
    assert "mine.toml" in caught.value.what


@pytest.mark.parametrize("name", ["codx", "", "no/such/file.toml", "CODEX", "../data/codex"])
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(UnknownProfile, match="there is no profile") as caught:
        load(name)
    assert "codex, generic, reference" in caught.value.expected
    assert caught.value.arrived == repr(name)


def test_a_file_of_another_kind_is_no_profile(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(MINIMAL)
    with pytest.raises(UnknownProfile, match="there is no profile"):
        load(str(file))


@pytest.mark.parametrize(
    ("window", "release", "inside"),
    [
        ({}, "1.0.0", True),
        ({"since": "1.2.0"}, "1.2.0", True),
        ({"since": "1.2.0"}, "1.1.99", False),
        ({"since": "1.2.0"}, "1.10.0", True),
        ({"until": "1.2.0"}, "1.2.0", False),
        ({"until": "1.2.0"}, "1.1.99", True),
        ({"until": "1.10.0"}, "1.9.0", True),
        ({"since": "1.2.0", "until": "1.3.0"}, "1.2.5", True),
        ({"since": "1.2.0", "until": "1.3.0"}, "1.3.0", False),
        ({"since": "1.2.0", "until": "1.3.0"}, "1.1.0", False),
        ({"since": "9"}, None, True),
        ({"since": "9"}, "", True),
        ({"since": "9"}, "nightly", True),
        ({"since": "1.2.0"}, "1.2.0-alpha.1", False),
    ],
)
def test_a_window_of_releases(window: dict[str, Any], release: str | None, inside: bool) -> None:
    assert Window(**window).holds(release) is inside


def test_a_need_is_missing_for_a_reason() -> None:
    claims = (
        Claim(name="a"),
        Claim(name="b", until="2.0", reason="removed"),
        Claim(name="c", since="3"),
    )
    profile = Profile(name="x", title="X", dialects=(Spoken(name="app_v2"),), claims=claims)
    assert profile.missing((), "1.0") is None
    assert profile.missing(("a", "b"), "1.0") is None
    assert profile.missing(("a", "d"), "1.0") == "X does not claim d"
    assert profile.missing(("a", "b"), "2.0") == "X 2.0 has no b: removed"
    assert profile.missing(("c",), "1.0") == "X 1.0 has no c"
    assert profile.missing(("b", "c"), None) is None


def test_an_unknown_placeholder_is_an_error() -> None:
    profile = Profile(
        name="x",
        title="X",
        dialects=(Spoken(name="app_v2"),),
        environment={"A": "${home}${nothing}"},
    )
    with pytest.raises(KeyError, match="nothing"):
        profile.filled({"home": "/h"})


def test_a_place_is_a_module_or_a_name() -> None:
    assert Find(python="m", file="bin/x").file == "bin/x"
    assert Find(path="x").python is None
    assert Find(command=("node", "server.js")).path is None
    for wrong in ({"hint": "nowhere"}, {"path": "x", "command": ("x",)}, {"command": ()}):
        with pytest.raises(ValidationError):
            Find.model_validate(wrong)


def test_here_is_the_folder_of_the_profiles_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'name = "x"\ntitle = "X"\ndialects = ["app_v2"]\n'
        'find = [{ command = ["run", "${here}/server", "${home}"] }, { path = "x" }]\n'
    )
    found = load(str(file)).find
    assert found[0].command == ("run", f"{tmp_path}/server", "${home}")
    assert found[1].path == "x"


def test_a_profile_that_is_no_text_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xff")
    with pytest.raises(UnknownProfile, match="save it as UTF-8"):
        load(str(file))


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"name": "unix"}, "unix needs `ready`"),
        ({"name": "websocket", "ready": "listening"}, "needs a group"),
        ({"name": "websocket", "ready": "("}, "no regular expression"),
        ({"name": "telnet"}, "'stdio', 'websocket'"),
    ],
)
def test_a_transport_that_could_not_be_used_is_refused(table: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Transport.model_validate(table)


def test_the_transports_of_a_release() -> None:
    profile = Profile.model_validate(
        {
            "name": "x",
            "title": "X",
            "dialects": ["app_v2"],
            "transports": [
                "stdio",
                {"name": "unix", "ready": "new", "since": "2.0"},
                {"name": "unix", "ready": "old", "since": "1.0"},
            ],
        }
    )
    assert list(profile.transports_of("0.9")) == ["stdio"]
    assert profile.transports_of("1.0")["unix"].ready == "old"
    assert profile.transports_of("2.0")["unix"].ready == "new"
    assert list(Profile(name="x", title="X", dialects=()).transports_of(None)) == ["stdio"]


@pytest.mark.parametrize(
    ("argv", "name"),
    [
        (["codex", "app-server"], "codex"),
        (["/opt/bin/codex"], "codex"),
        (["/opt/codex-x86_64-unknown-linux-musl", "app-server"], "codex"),
        (["/opt/codex-app-server"], "codex"),
        (["python", "-m", "seatrial_reference"], "reference"),
        (["seatrial-reference", "app-server"], "reference"),
        (["/opt/mycodex"], None),
        (["codex-exec"], None),
        (["/codex/server"], None),
        (["my-seatrial-reference"], None),
        ([], None),
    ],
)
def test_a_command_line_is_recognised(argv: list[str], name: str | None) -> None:
    profile = recognise(argv)
    assert (profile.name if profile else None) == name


def test_a_server_of_tools_needs_a_tool_that_asks() -> None:
    shape = {"name": "x", "title": "X", "dialects": ["mcp_tools"]}
    with pytest.raises(ValidationError, match="needs the table `asking`"):
        Profile.model_validate(shape)
    asking = Profile.model_validate({**shape, "asking": {"tool": "ask"}}).asking
    assert asking is not None
    assert (asking.arguments, asking.accepted, asking.together) == ({}, None, True)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"tool": "ask", "accepted": "("}, "is no regular expression"),
        ({"arguments": {}}, "tool"),
        ({"tool": "ask", "questions": 2}, "questions"),
    ],
)
def test_a_tool_that_could_not_be_judged_by_is_refused(table: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Asking.model_validate(table)
