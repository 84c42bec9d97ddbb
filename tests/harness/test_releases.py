"""Releases are fetched whole or not at all, checked, kept, and found again without a network."""

from __future__ import annotations

import base64
import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.profiles import Profile, Source, Spoken
from seatrial.releases import CannotFetch, Store, fetch, store
from seatrial.releases.platform import words
from seatrial.servers import UnknownServer, releases, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = words() or {}
PROGRAM = b"#!/bin/sh\necho release\n"
NPM = Source(
    client="npm", package="@mine/server", keep=("package/${triple}/",),
    programs=("package/${triple}/server",),
)  # fmt: skip
PIP = Source(client="pip", package="mine", keep=("mine/",), programs=("mine/server",))
FAKE = """#!{python}
import json, pathlib, sys
place = pathlib.Path({place!r})
with (place / "asked").open("a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
if (place / "fails").exists():
    sys.stderr.write((place / "fails").read_text())
    raise SystemExit(1)
if sys.argv[1] == "view":
    print((place / "dist.json").read_text() if "dist" in sys.argv else '"2.0.0"')
else:
    into = pathlib.Path(sys.argv[sys.argv.index("--pack-destination") + 1])
    (into / "server.tgz").write_bytes((place / "server.tgz").read_bytes())
"""


def _profile(*sources: Source) -> Profile:
    return Profile(name="mine", title="Mine", dialects=(Spoken(name="app_v2"),), sources=sources)


def _archive(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as packed:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
    return made.getvalue()


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path / "cache")


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """An npm of our own that knows one archive, or fails with the given words."""
    place = tmp_path / "registry"
    place.mkdir()
    npm = place / "npm"
    npm.write_text(FAKE.format(python=sys.executable, place=str(place)))
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")

    def serve(files: dict[str, bytes] | None = None, *, digest: str | None = None,
              fails: str | None = None) -> Path:  # fmt: skip
        data = _archive({f"package/{HERE['triple']}/server": PROGRAM} if files is None else files)
        real = base64.b64encode(hashlib.sha512(data).digest()).decode()
        (place / "server.tgz").write_bytes(data)
        (place / "dist.json").write_text(json.dumps({"integrity": f"sha512-{digest or real}"}))
        if fails is not None:
            (place / "fails").write_text(fails)
        return place

    return serve


def _asked(place: Path) -> list[list[str]]:
    return [json.loads(line) for line in (place / "asked").read_text().splitlines()]


def test_a_release_is_brought_and_can_be_run(registry: Callable[..., Path], kept: Store) -> None:
    registry()
    found = fetch(_profile(NPM), "1.0.0", kept)
    assert subprocess.check_output([found.program], text=True) == "release\n"
    assert found.record.source == "npm @mine/server@1.0.0"
    assert found.is_unchanged
    assert [one.name for one in kept.folder.glob("[!.]*")] == ["1.0.0"]


def test_what_is_here_is_not_asked_for_again(registry: Callable[..., Path], kept: Store) -> None:
    place = registry()
    first = fetch(_profile(NPM), "1.0.0", kept)
    (place / "fails").write_text("ENOTFOUND")
    assert fetch(_profile(NPM), "1.0.0", kept) == first
    assert [words[0] for words in _asked(place)] == ["view", "pack"]


def test_the_newest_is_asked_for_and_remembered(registry: Callable[..., Path], kept: Store) -> None:
    registry()
    assert kept.latest is None
    assert fetch(_profile(NPM), "latest", kept).record.release == "2.0.0"
    assert kept.latest == "2.0.0"


@pytest.mark.parametrize(
    ("said", "what", "remedy"),
    [
        ("npm error code E404", "no-release", "ask the registry"),
        ("npm error code ENOTFOUND", "no-network", "try again with a network"),
        ("npm error code ENOSPC", "disk-full", "SEATRIAL_CACHE"),
        ("npm error code EINTEGRITY", "damaged", "fetch it once more"),
        ("npm error something else", "other", "by hand"),
    ],
)
def test_a_failure_says_why_and_leaves_nothing(
    registry: Callable[..., Path], kept: Store, said: str, what: str, remedy: str
) -> None:
    registry(fails=said)
    with pytest.raises(CannotFetch) as error:
        fetch(_profile(NPM), "1.0.0", kept)
    assert error.value.what == f"Mine 1.0.0 could not be fetched ({what})"
    assert error.value.arrived == said
    assert remedy in error.value.remedy
    assert [one for one in kept.folder.iterdir() if not one.name.startswith(".lock")] == []


def test_another_digest_than_the_registrys_is_refused(
    registry: Callable[..., Path], kept: Store
) -> None:
    registry(digest="bm90IHRoaXM=")
    with pytest.raises(CannotFetch, match="damaged"):
        fetch(_profile(NPM), "1.0.0", kept)
    assert kept.find("1.0.0") is None


def test_a_damaged_archive_is_refused(registry: Callable[..., Path], kept: Store) -> None:
    place = registry()
    whole = (place / "server.tgz").read_bytes()
    data = whole[: len(whole) // 2]
    digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
    (place / "server.tgz").write_bytes(data)
    (place / "dist.json").write_text(json.dumps({"integrity": f"sha512-{digest}"}))
    with pytest.raises(CannotFetch, match="damaged"):
        fetch(_profile(NPM), "1.0.0", kept)


def test_an_archive_cannot_write_elsewhere(registry: Callable[..., Path], kept: Store) -> None:
    outside = f"package/{HERE['triple']}/../../../../outside"
    registry({outside: b"x", f"package/{HERE['triple']}/server": PROGRAM})
    with pytest.raises(CannotFetch):
        fetch(_profile(NPM), "1.0.0", kept)
    assert not list(kept.folder.parent.rglob("outside"))


def test_a_release_for_other_machines_is_told_so(
    registry: Callable[..., Path], kept: Store
) -> None:
    registry({"package/sparc-sun-solaris/server": PROGRAM})
    with pytest.raises(CannotFetch, match="not built for this machine"):
        fetch(_profile(NPM), "1.0.0", kept)


def test_a_source_is_asked_only_for_its_releases(
    registry: Callable[..., Path], kept: Store
) -> None:
    place = registry()
    old = NPM.model_copy(update={"until": "1.0.0", "package": "old"})
    fetch(_profile(old, NPM), "1.0.0", kept)
    assert {words[1] for words in _asked(place)} == {"@mine/server@1.0.0"}
    with pytest.raises(CannotFetch, match="cannot be fetched"):
        fetch(_profile(old), "1.0.0", Store(kept.folder / "other"))


def test_without_the_client_it_is_named(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CannotFetch, match="no npm on PATH"):
        fetch(_profile(NPM), "1.0.0", kept)


@pytest.mark.parametrize("release", ["../1.0.0", "a/b", "..", ".lock", "1 0", "", "-x"])
def test_a_release_is_never_a_path(
    registry: Callable[..., Path], kept: Store, release: str
) -> None:
    place = registry()
    with pytest.raises(CannotFetch, match="Mine has no release") as error:
        fetch(_profile(NPM), release, kept)
    assert error.value.arrived == repr(release)
    assert not (place / "asked").exists()


@pytest.mark.parametrize("release", ["1.0.0", "latest"])
def test_a_cache_that_is_no_folder_is_told_so(
    registry: Callable[..., Path], kept: Store, release: str
) -> None:
    registry()
    kept.folder.write_text("a file")
    with pytest.raises(CannotFetch, match=f"Mine {release} could not be fetched \\(closed-cache"):
        fetch(_profile(NPM), release, kept)


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        (errno.EROFS, "closed-cache"),
        (errno.EACCES, "closed-cache"),
        (errno.ENOSPC, "disk-full"),
        (errno.EIO, "other"),
    ],
)
def test_a_cache_that_cannot_be_written_is_told_so(
    registry: Callable[..., Path],
    kept: Store,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    trouble: str,
) -> None:
    registry()

    def refuses(*words: object, **more: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuses)
    with pytest.raises(CannotFetch, match=trouble) as error:
        fetch(_profile(NPM), "1.0.0", kept)
    assert os.strerror(number) in error.value.arrived


def test_two_at_once_fetch_once(registry: Callable[..., Path], tmp_path: Path, kept: Store) -> None:
    place = registry()
    profile = tmp_path / "mine.toml"
    profile.write_text(
        'name = "mine"\ntitle = "Mine"\ndialects = ["app_v2"]\n[[sources]]\nclient = "npm"\n'
        f'package = "@mine/server"\nkeep = ["package/"]\n'
        f'programs = ["package/{HERE["triple"]}/server"]\n'
    )
    words = [sys.executable, "-m", "seatrial", "fetch", f"{profile}@1.0.0"]
    env = {**os.environ, "SEATRIAL_CACHE": str(kept.folder)}
    both = [subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [one.communicate(timeout=60)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert printed[0] == printed[1]
    assert [words[0] for words in _asked(place)] == ["view", "pack"]


def test_a_damaged_release_is_fetched_again(registry: Callable[..., Path], kept: Store) -> None:
    registry()
    found = fetch(_profile(NPM), "1.0.0", kept)
    found.program.write_bytes(b"cut")
    assert kept.find("1.0.0") is None
    assert fetch(_profile(NPM), "1.0.0", kept).is_unchanged


def test_a_wheel_is_unpacked(kept: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wheel = tmp_path / "mine-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        info = zipfile.ZipInfo("mine/server")
        info.external_attr = 0o755 << 16
        packed.writestr(info, PROGRAM)
        packed.writestr("other/file", "x")
    from seatrial.releases import clients

    class Local:
        def bring(self, package: str, version: str, place: Path) -> clients.Brought:
            (place / wheel.name).write_bytes(wheel.read_bytes())
            return clients.Brought(place / wheel.name, "sha256-of-the-index")

        def latest(self, package: str, place: Path) -> str:
            return "1.0.0"

    monkeypatch.setitem(clients.CLIENTS, "pip", Local())
    found = fetch(_profile(PIP), "latest", kept)
    assert subprocess.check_output([found.program], text=True) == "release\n"
    assert not (found.folder / "other").exists()


def test_machines_in_the_words_of_those_who_build() -> None:
    assert words("linux", "x86_64") == {
        "platform": "linux-x64",
        "triple": "x86_64-unknown-linux-musl",
    }
    assert words("darwin", "arm64") == {
        "platform": "darwin-arm64",
        "triple": "aarch64-apple-darwin",
    }
    assert words("linux", "sparc64") is None


def test_a_fetched_release_is_named_and_the_newest_is_the_default(
    registry: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry({f"package/bin/codex-{HERE['triple']}": PROGRAM})
    monkeypatch.setenv("SEATRIAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    source = Source(
        client="npm", package="p", keep=("package/",), programs=("package/bin/codex-${triple}",)
    )
    profile = _profile(source).model_copy(update={"name": "codex"})
    for release in ("0.9.0", "0.42.0"):
        fetch(profile, release, store("codex"))
    assert resolve("codex@0.9.0").release == "0.9.0"
    assert "/0.42.0/" in resolve("codex").argv[0]
    with pytest.raises(UnknownServer) as error:
        resolve("codex@0.1.0")
    assert error.value.expected == "one of the releases that are here: 0.9.0, 0.42.0"
    assert error.value.remedy == "seatrial fetch codex@0.1.0"
    with pytest.raises(UnknownServer):
        resolve("codex@latest")
    fetch(profile, "nightly", store("codex"))  # no version, and so older than all that are
    assert list(releases(profile)) == ["nightly", "0.9.0", "0.42.0"]
    store("codex").note_latest("0.42.0")
    assert resolve("codex@latest").release == "0.42.0"
