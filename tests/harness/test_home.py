"""A home is made for one server, is its own, and is gone afterwards."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from seatrial.home import base_folder, home
from seatrial.leaks import ledger
from seatrial.leaks.folders import remove
from seatrial.leaks.sweep import look


def test_the_folders_are_there_and_then_are_not(homes: Path) -> None:
    with home() as made:
        assert made.root.parent == homes
        assert made.home.is_dir()
        assert list(made.workspace.iterdir()) == []
        assert list(made.temporary.iterdir()) == []
        parts = (made.home, made.workspace, made.temporary, made.stderr)
        assert {path.parent for path in parts} == {made.root}
        assert stat.S_IMODE(made.home.stat().st_mode) == 0o700
        (made.workspace / "file").write_text("x")
    assert list(homes.iterdir()) == []


def test_two_homes_share_nothing() -> None:
    with home() as one, home() as other:
        assert one.root != other.root
        (one.workspace / "file").write_text("x")
        assert list(other.workspace.iterdir()) == []


def test_a_home_goes_even_if_the_block_fails(homes: Path) -> None:
    with pytest.raises(KeyError), home():
        raise KeyError
    assert list(homes.iterdir()) == []


def test_a_home_that_is_kept_stays(homes: Path) -> None:
    with home(keep=True) as made:
        made.write({"config.toml": "x"})
    assert list(homes.iterdir()) == [made.root]
    assert (made.home / "config.toml").read_text() == "x"


def test_files_are_written_below_the_home() -> None:
    with home() as made:
        made.write({"a.txt": "é", "deep/er/b.txt": "b"})
        made.write({"a.txt": "new"})
        assert (made.home / "a.txt").read_text("utf-8") == "new"
        assert (made.home / "deep/er/b.txt").read_text("utf-8") == "b"


def test_a_home_that_cannot_be_removed_whole_is_no_error(homes: Path) -> None:
    with home() as made:
        made.root.rename(homes / "elsewhere")
    assert [path.name for path in homes.iterdir()] == ["elsewhere"]


def test_homes_are_in_the_users_cache_unless_said_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEATRIAL_HOMES", "relative")
    assert base_folder() == tmp_path / "relative"
    monkeypatch.setenv("SEATRIAL_HOMES", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert base_folder().name == "homes"
    assert base_folder().parent.name == "seatrial"


def test_a_home_whose_removal_is_cut_short_is_still_known_as_ours(
    homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_short(path: Path, **_: object) -> None:
        if path.name == "workspace":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), home():
        monkeypatch.setattr("seatrial.leaks.folders.shutil.rmtree", cut_short)
    monkeypatch.undo()
    (root,) = homes.iterdir()
    remains = look(homes)
    assert [one.root for one in remains.folders] == [root]
    remove(root)
    assert list(homes.iterdir()) == []
    for entry in ledger.unsettled():
        if entry.name == str(root):
            entry.settle()
