"""What changed from one schema to another, and for whom it breaks something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from seatrial.reports.drift import drift_json, drift_markdown, drift_text
from seatrial.schema import Bundle, Drift, Sender, compare

Read = Callable[..., Bundle]
Definitions = dict[str, Any]
TEXT = {"type": "string"}


def turn(d: Definitions) -> Any:
    return d["v2"]["Turn"]


def start(d: Definitions) -> Any:
    return d["v2"]["TurnStartParams"]


@pytest.fixture
def drift(document: dict[str, Any], read: Read) -> Callable[[Callable[[Definitions], Any]], Drift]:
    """Compares the schema with one that was changed."""

    def changed(change: Callable[[Definitions], Any]) -> Drift:
        change(document["definitions"])
        return compare(read(title="before"), read(document, title="after"))

    return changed


CHANGES: list[tuple[Callable[[Definitions], Any], str, str, bool]] = [
    (lambda d: turn(d)["properties"].pop("why"), "v2/Turn", "why is gone", True),
    (lambda d: turn(d)["properties"].update(more=TEXT), "v2/Turn", "more is new", False),
    (lambda d: turn(d)["required"].remove("id"), "v2/Turn", "id is optional now", True),
    (lambda d: turn(d)["required"].append("why"), "v2/Turn", "why is required now", False),
    (
        lambda d: turn(d)["properties"].update(why={"type": ["string", "null"]}),
        "v2/Turn",
        "why may be null now",
        True,
    ),
    (
        lambda d: turn(d)["properties"].update(id={"type": ["string", "integer"]}),
        "v2/Turn",
        "id may now be integer",
        True,
    ),
    (
        lambda d: turn(d)["properties"]["status"]["enum"].append("lost"),
        "v2/Turn",
        "status has a new value, lost",
        True,
    ),
    (
        lambda d: turn(d)["properties"]["status"]["enum"].remove("done"),
        "v2/Turn",
        "status has lost a value, done",
        False,
    ),
    (
        lambda d: start(d)["required"].append("note"),
        "turn/start.params",
        "note is required now",
        True,
    ),
    (
        lambda d: (start(d)["properties"].update(who=TEXT), start(d)["required"].append("who")),
        "turn/start.params",
        "who is new, and required",
        True,
    ),
    (
        lambda d: start(d)["properties"]["mode"]["enum"].remove("slow"),
        "turn/start.params",
        "mode has lost a value, slow",
        True,
    ),
    (
        lambda d: start(d)["properties"]["mode"]["enum"].append("idle"),
        "turn/start.params",
        "mode has a new value, idle",
        False,
    ),
    (
        lambda d: d["v2"]["MayRunParams"]["properties"]["what"]["oneOf"].pop(),
        "may/run.params",
        "what has lost a form, patch",
        False,
    ),
    (
        lambda d: d["v2"]["MayRunResponse"]["properties"]["answer"]["enum"].remove("no"),
        "may/run.result",
        "answer has lost a value, no",
        True,
    ),
    (
        lambda d: d["ListResponse"]["properties"]["names"].update(items={"type": "integer"}),
        "list.result",
        "names[] may now be integer",
        True,
    ),
]


@pytest.mark.parametrize(("change", "owner", "words", "breaking"), CHANGES)
def test_each_change_has_its_words_and_the_direction_decides_what_it_breaks(
    drift: Callable[..., Drift],
    change: Callable[[Definitions], Any],
    owner: str,
    words: str,
    breaking: bool,
) -> None:
    found = {(one.owner, f"{one.place} {one.words}"): one.breaking for one in drift(change).changes}
    assert found[owner, words] is breaking


def test_nothing_changed(drift: Callable[..., Drift]) -> None:
    assert not drift(lambda d: None).changes


def test_a_definition_that_several_methods_share_changes_once_and_names_them(
    drift: Callable[..., Drift],
) -> None:
    (change,) = drift(lambda d: turn(d)["properties"].update(more=TEXT)).changes
    assert change.methods == ("turn/done", "turn/start")
    assert change.senders == (Sender.SERVER,)


def test_a_definition_of_another_name_is_compared_with_the_one_in_its_place(
    drift: Callable[..., Drift],
) -> None:
    def rename(d: Definitions) -> None:
        d["v2"]["Round"] = d["v2"].pop("Turn")
        for name in ("TurnStartResponse", "TurnDoneNotification"):
            d["v2"][name]["properties"]["turn"] = {"$ref": "#/definitions/v2/Round"}

    assert not drift(rename).changes


@pytest.mark.parametrize("union", ["ClientRequest", "ServerRequest", "ServerNotification"])
def test_a_method_that_is_gone_breaks_and_a_new_one_does_not(
    document: dict[str, Any], read: Read, union: str
) -> None:
    document["definitions"][union]["oneOf"].pop()
    less, more = read(document), read()
    (gone,) = [one for one in compare(more, less).changes if one.is_method]
    (new,) = [one for one in compare(less, more).changes if one.is_method]
    assert (gone.breaking, new.breaking) == (True, False)
    assert gone.methods == new.methods


def test_an_event_is_told_as_its_notification(drift: Callable[..., Drift]) -> None:
    event = "EventMsg"
    (change,) = drift(lambda d: d[event]["oneOf"][0]["properties"].update(by=TEXT)).changes
    assert (change.owner, change.place) == ("event/began.params", "msg.by")
    assert change.dialects == ("app_v1",)


def test_the_three_writers_tell_the_same(drift: Callable[..., Drift]) -> None:
    found = drift(lambda d: turn(d)["properties"].pop("why"))
    assert "! why is gone" in drift_text(found)
    assert "before → after: 1 changes, 1 of them can break" in drift_text(found)
    assert "- **breaking:** `why` is gone" in drift_markdown(found)
    assert '"path": ".why"' in drift_json(found)
