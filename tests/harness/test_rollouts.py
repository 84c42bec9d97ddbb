"""Saved conversations as fixtures: what is written can be read, in every shape and damage."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.rollouts import (
    DAMAGES,
    Exchange,
    Ran,
    SavedConversation,
    archived,
    generations,
    read,
    rollout_lines,
    save,
    sessions,
)

EXCHANGES = (
    Exchange(user="one", agent="two", ran=(Ran(command="echo 'a b'", output="a b\n"),)),
    Exchange(user="three", agent="four"),
)
NAMES = list(generations())
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


def saved(**changed: object) -> SavedConversation:
    values: dict[str, object] = {"name": "it", "cwd": Path("/w"), "exchanges": EXCHANGES}
    return SavedConversation(**(values | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_in_a_shape_is_read_again(name: str, tmp_path: Path) -> None:
    conversation = saved()
    rollout = read(save(tmp_path, conversation, generations()[name]))
    assert rollout.unreadable == {}
    assert rollout.id == conversation.id
    assert [text for text in rollout.said("user") if not text.startswith("<")] == ["one", "three"]
    assert rollout.said("assistant") == ["two", "four"]
    (call,) = (item for item in rollout.items if item["type"] == "function_call")
    (output,) = (item for item in rollout.items if item["type"] == "function_call_output")
    assert call["call_id"] == output["call_id"]
    assert "echo 'a b'" in str(json.loads(call["arguments"]))
    assert "a b" in output["output"]


@pytest.mark.parametrize("name", NAMES)
@given(user=TEXT, agent=TEXT, output=TEXT)
def test_any_text_comes_back_as_it_was(name: str, user: str, agent: str, output: str) -> None:
    exchange = Exchange(user=user, agent=agent, ran=(Ran(command=user, output=output),))
    lines = [*map(json.loads, rollout_lines(saved(exchanges=(exchange,)), generations()[name]))]
    items = [line.get("payload", line) for line in lines]
    texts = [
        part["text"] for item in items if item.get("type") == "message" for part in item["content"]
    ]
    assert texts[-2:] == [user, agent]
    (call,) = (item for item in items if item.get("type") == "function_call")
    arguments = json.loads(call["arguments"])
    assert user == arguments.get("cmd", arguments.get("command", [""])[-1])


def test_numbers_are_numbers_and_lines_are_counted() -> None:
    lines = [*map(json.loads, rollout_lines(saved(), generations()["0.163.0"]))]
    assert [line["ordinal"] for line in lines] == [*range(len(lines))]
    started = next(line for line in lines if line["payload"].get("type") == "task_started")
    assert started["payload"]["started_at"] == int(saved().created.timestamp())


def test_a_rollout_lies_where_its_day_is_and_an_archived_one_in_the_archive(tmp_path: Path) -> None:
    shape = generations()["0.98.0"]
    first = save(tmp_path, saved(created=datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)), shape)
    put_away = save(tmp_path, saved(name="other"), shape, archived=True)
    assert first.relative_to(tmp_path).as_posix() == (
        f"sessions/2025/01/02/rollout-2025-01-02T03-04-05-{saved().id}.jsonl"
    )
    assert first.stat().st_mtime == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp()
    assert (sessions(tmp_path), archived(tmp_path)) == ([first], [put_away])


@pytest.mark.parametrize(
    ("name", "unreadable", "head"),
    [
        ("cut", 1, True),
        ("garbage", 1, True),
        ("unknown", 0, True),
        ("blank", 0, True),
        ("empty", 0, False),
        ("headless", 0, False),
    ],
)
def test_each_damage_does_what_it_says(
    name: str, unreadable: int, head: bool, tmp_path: Path
) -> None:
    path = save(tmp_path, saved(), generations()["0.65.0"])
    sound = read(path)
    path.write_bytes(DAMAGES[name].spoil(path.read_bytes()))
    rollout = read(path)
    assert len(rollout.unreadable) == unreadable
    assert (rollout.id == sound.id) is head
    if DAMAGES[name].readable:
        assert len(rollout.lines) - len(sound.lines) == {"cut": -1, "unknown": 1}.get(name, 0)
        assert rollout.said("user") == sound.said("user")


def test_every_damage_has_a_test() -> None:
    assert set(DAMAGES) == {"cut", "garbage", "unknown", "blank", "empty", "headless"}
