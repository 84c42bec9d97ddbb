"""Kept results: whole or not at all, and never a reason for a run to fail."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.conformance.matrix import Kept
from seatrial.conformance.matrix.cache import UNUSED_DAYS, Greeting

if TYPE_CHECKING:
    from pathlib import Path

KEY = "0123456789abcdef"


def greeting(text: str = "1.0") -> Greeting:
    return Greeting(release=text, user_agent="agent")


def test_what_is_kept_is_found(kept: Kept) -> None:
    assert kept.find(KEY, Greeting) is None
    kept.keep(KEY, greeting())
    assert kept.find(KEY, Greeting) == greeting()
    assert kept.find(KEY.replace("0", "1"), Greeting) is None


@given(text=st.text())
def test_any_text_is_kept(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    kept = Kept(tmp_path_factory.mktemp("kept"))
    kept.keep(KEY, greeting(text))
    assert kept.find(KEY, Greeting) == greeting(text)


def test_a_lone_surrogate_is_kept(kept: Kept) -> None:
    kept.keep(KEY, greeting("\ud800"))
    assert kept.find(KEY, Greeting) == greeting("\ud800")


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"release": 3}', "\x00", "[" * 100_000])
def test_a_damaged_result_is_not_there_and_is_said(tmp_path: Path, damage: str) -> None:
    said: list[str] = []
    kept = Kept(tmp_path, said.append)
    kept.keep(KEY, greeting())
    (file,) = tmp_path.rglob("*.json")
    file.write_text(damage)
    assert kept.find(KEY, Greeting) is None
    assert len(said) == 1
    assert f"a kept result is damaged and is judged anew: {file}" in said[0]
    kept.keep(KEY, greeting())
    assert kept.find(KEY, Greeting) == greeting()


def test_a_folder_that_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said: list[str] = []
    kept = Kept(tmp_path / "file", said.append)
    kept.keep(KEY, greeting())
    kept.keep(KEY, greeting())
    assert len(said) == 1
    assert f"results cannot be kept in {tmp_path / 'file'} (" in said[0]


def test_what_is_cut_short_leaves_nothing(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    kept.keep(KEY, greeting())
    monkeypatch.setattr(json, "dumps", interrupted)
    with pytest.raises(KeyboardInterrupt):
        kept.keep(KEY, greeting("2.0"))
    monkeypatch.undo()
    assert kept.find(KEY, Greeting) == greeting()
    assert len(list((tmp_path / "results").glob("*/*"))) == 1


def test_two_at_once_never_see_half_of_one(kept: Kept) -> None:
    written = [greeting(str(number) * 10_000) for number in range(8)]

    def keep_and_find(one: Greeting) -> Greeting | None:
        kept.keep(KEY, one)
        return kept.find(KEY, Greeting)

    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(keep_and_find, written):
            assert found in written


def test_what_was_not_used_for_long_is_forgotten(kept: Kept, tmp_path: Path) -> None:
    old, used = KEY, KEY.replace("0", "1")
    for key in (old, used):
        kept.keep(key, greeting())
    long_ago = time.time() - (UNUSED_DAYS + 1) * 24 * 60 * 60
    for file in (tmp_path / "results").glob("*/*"):
        os.utime(file, (long_ago, long_ago))
    assert kept.find(used, Greeting)
    kept.forget_unused()
    assert kept.find(old, Greeting) is None
    assert kept.find(used, Greeting)
