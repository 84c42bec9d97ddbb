"""What is pointed out when a script is given: replies that get in each other's way."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from seatrial_provider import (
    Condition,
    InOrder,
    Provider,
    Reply,
    ScriptError,
    ScriptWarning,
    in_order,
    reply,
    say,
    when_model,
    when_tool_output,
    when_user_text,
)

APPLE = when_user_text("apple")
PIE = when_user_text("apple pie")


def given(when: Condition | None = None, *, permanent: bool = False) -> Reply:
    return reply(say("x"), when=when, permanent=permanent)


def permanent(when: Condition | None = None) -> Reply:
    return given(when, permanent=True)


@pytest.mark.parametrize(
    "replies",
    [
        (permanent(), given()),
        (permanent(), permanent()),
        (permanent(), given(APPLE)),
        (permanent(APPLE), given(APPLE)),
        (permanent(APPLE), given(PIE)),
        (permanent(APPLE), given(APPLE & when_model("m"))),
        (permanent(APPLE | when_model("m")), given(PIE)),
        (permanent(when_tool_output()), given(when_tool_output("ok"))),
        (permanent(), in_order(given(), given(APPLE))),
        (in_order(permanent(), given()),),
    ],
)
def test_a_reply_that_can_never_be_used_is_refused(replies: tuple[Reply | InOrder, ...]) -> None:
    provider = Provider()
    provider.script(given(when_model("before")))
    with pytest.raises(ScriptError, match="can never be used") as raised:
        provider.script(*replies)
    assert "takes all of them" in raised.value.arrived
    assert len(provider.verify()) == 1, "nothing of what was refused is in the script"


def test_it_is_refused_also_if_it_comes_later() -> None:
    provider = Provider()
    provider.script(permanent(APPLE))
    with pytest.raises(ScriptError, match="reply 2 can never be used"):
        provider.script(given(PIE))
    provider.conversation("ann").script(given(PIE))


@pytest.mark.parametrize(
    "replies",
    [
        (given(), given(APPLE)),
        (given(APPLE), given(PIE)),
        (given(APPLE), permanent(PIE)),
        (given(), in_order(given(when_model("m")), given(APPLE))),
    ],
)
def test_a_reply_that_may_take_what_a_later_one_is_for_is_warned_of(
    replies: tuple[Reply | InOrder, ...],
) -> None:
    with pytest.warns(ScriptWarning, match="reply 1 may take a request that reply 2") as told:
        Provider().script(*replies)
    assert told[0].filename == __file__


@pytest.mark.parametrize(
    "replies",
    [
        (given(), given()),
        (given(APPLE), given(APPLE)),
        (given(PIE), given(APPLE), given(), permanent()),
        (permanent(PIE), given(APPLE), permanent()),
        (given(APPLE), given(when_user_text("bread"))),
        (given(), given(when_tool_output("ok"))),
        (given(APPLE), given(APPLE & when_tool_output())),
        (in_order(given(), given(APPLE), given(PIE)),),
        (in_order(given(when_model("m")), permanent()), given(PIE)),
    ],
)
def test_a_sound_order_is_not_found_fault_with(replies: tuple[Reply | InOrder, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Provider().script(*replies)


def test_for_a_file_the_warning_is_at_its_line(tmp_path: Path) -> None:
    file = tmp_path / "script.yaml"
    file.write_text("replies:\n  - say: x\n  - say: y\n    when: {model: m}\n")
    with pytest.warns(ScriptWarning) as told:
        Provider().script_file(file)
    assert (told[0].filename, told[0].lineno) == ("script.yaml", 3)


def test_each_overlap_is_told_once() -> None:
    with pytest.warns(ScriptWarning) as told:
        Provider().script(given(), *(given(APPLE) for _ in range(5)))
    assert len(told) == 1
