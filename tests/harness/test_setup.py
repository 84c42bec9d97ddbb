"""A server is configured otherwise by the options of its profile, and held alone where it must."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from seatrial.conformance.exclusive import exclusively
from seatrial.profiles import Option, Profile, Spoken
from seatrial.servers import NoSuchOption, Setup

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness.conftest import Run

PROFILE = Profile(
    name="p",
    title="P",
    dialects=(Spoken(name="app_v2"),),
    values={"top": "", "more": "a"},
    files={"f": "${top}|${more}"},
    options=(
        Option(name="one", values={"more": "b${x}"}, environment={"V": "${x}"}),
        Option(name="two", values={"more": "c"}, exclusive="port"),
        Option(name="late", since="2.0", reason="it came later"),
    ),
)


def test_options_add_to_the_values_of_the_profile() -> None:
    setup = Setup()
    setup.choose(PROFILE, "1.0", "one", {"x": "1"})
    setup.choose(PROFILE, "1.0", "two", {})
    assert PROFILE.filled(setup.values) == ({}, {"f": "|ab1c"})
    assert setup.variables == {"V": "1"}
    assert setup.exclusive == {"port"}
    assert PROFILE.filled({}) == ({}, {"f": "|a"})


@pytest.mark.parametrize(
    ("name", "given", "cause"),
    [
        ("one", {}, "does the option need 'x'?"),
        ("three", {}, "does the requirement not name it"),
        ("late", {}, "does the requirement not name it"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(
    name: str, given: dict[str, str], cause: str
) -> None:
    with pytest.raises(NoSuchOption, match=f"no option '{name}'") as caught:
        Setup().choose(PROFILE, "1.0", name, given)
    assert cause in caught.value.cause


def test_an_option_is_a_need_that_its_releases_meet() -> None:
    assert PROFILE.missing(("one", "two"), "1.0") is None
    assert PROFILE.missing(("late",), "2.0") is None
    assert PROFILE.missing(("late",), "1.0") == "P 1.0 has no late: it came later"


def test_what_there_is_one_of_is_held_by_one_at_a_time(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    order: list[str] = []

    async def second(began: asyncio.Event) -> None:
        began.set()
        async with exclusively("port"):
            order.append("second")

    async def main() -> None:
        began = asyncio.Event()
        async with exclusively("port"), exclusively("another"):
            waiting = asyncio.create_task(second(began))
            await began.wait()
            order.append("first")
        await waiting

    run(main())
    assert order == ["first", "second"]
