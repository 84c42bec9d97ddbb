"""What is said of a script file with mistakes: all of them, each with its line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatrial_provider import INTENTS, ScriptError
from seatrial_provider.script.files.document import parsed
from seatrial_provider.script.files.load import parse_script
from seatrial_provider.script.files.troubles import ScriptFileError, Trouble

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator


def troubles(text: str, *, is_json: bool = False) -> list[Trouble]:
    """Returns what is wrong with a script file."""
    with pytest.raises(ScriptFileError) as raised:
        parse_script(text, file="s.yaml", is_json=is_json)
    for trouble in raised.value.troubles:
        assert trouble.cause.endswith("?")
        parts = (trouble.expected, trouble.arrived, trouble.remedy, trouble.headline)
        assert all(parts)
        assert all(part in str(raised.value) for part in parts)
    return list(raised.value.troubles)


MANY = """\
replies:
  - sai: Hello.
    whem: {user_text: apple}
  - say: {texd: x}
  - run_command: {command: 5, escalated: "yes"}
  - say: ok
    when: {user_txt: a}
  - say: ok
    when: {user_text: {contains: a, exact: b}}
    faults: [rest, {latency: {seconds: -1}}, {cut-off: {at: {bite: 1}}}]
    gates: {headers: [x]}
  - intents: hello
  - change_files: {changes: [{action: ad, path: x, z: 1}]}
  - ending: complete
    usage: {input_tokens: x}
conversations:
  "a b": {replies: []}
"""
EXPECTED = [
    (2, 5, "replies[0].sai", "there is no key 'sai'", "Is 'say' meant?"),
    (3, 5, "replies[0].whem", "there is no key 'whem'", "Is 'when' meant?"),
    (4, 5, "replies[1].say", "'text' is missing", ""),
    (4, 11, "replies[1].say.texd", "there is no field 'texd'", "Is 'text' meant?"),
    (5, 19, "replies[2].run_command.command", "the value has another shape", "quotes"),
    (5, 31, "replies[2].run_command.escalated", "the value has another shape", ""),
    (7, 12, "replies[3].when.user_txt", "there is no condition 'user_txt'", "'user_text'"),
    (9, 12, "replies[4].when.user_text", "a condition on a text has not exactly one test", ""),
    (10, 14, "replies[4].faults[0].rest", "there is no fault 'rest'", "Is 'reset' meant?"),
    (10, 21, "replies[4].faults[1].latency", "the fault 'latency' was built from", ""),
    (10, 57, "replies[4].faults[2].cut-off.at", "the value has another shape", ""),
    (11, 13, "replies[4].gates.headers", "the value has another shape", ""),
    (12, 5, "replies[5].intents", "the value has another shape", ""),
    (13, 31, "replies[6].change_files.changes[0].action", "the value has another shape", ""),
    (13, 52, "replies[6].change_files.changes[0].z", "there is no field 'z'", ""),
    (14, 5, "replies[7].ending.complete", "there is no ending 'complete'", "'completed'"),
    (15, 13, "replies[7].usage.input_tokens", "the value has another shape", ""),
    (17, 3, "conversations.a b", "a conversation has an unusable name", ""),
]


def test_every_mistake_is_told_with_its_place() -> None:
    found = troubles(MANY)
    assert [(t.place.line, t.place.column) for t in found] == [one[:2] for one in EXPECTED]
    for trouble, (line, column, path, headline, cause) in zip(found, EXPECTED, strict=True):
        assert str(trouble).startswith(f"s.yaml:{line}:{column}: {path}: {headline}")
        assert cause in trouble.cause


@pytest.mark.parametrize(
    ("text", "place", "headline"),
    [
        ("replies: [{say: x}", "s.yaml:1:19", "the file is no YAML"),
        ("replies:\n\t- say: x", "s.yaml:2:1", "the file is no YAML"),
        ("a: 1\n---\nb: 2", "s.yaml:2:1", "the file is no YAML"),
        ("replies: []\nreplies: []", "s.yaml:2:1", "the key 'replies' stands here twice"),
        ("replies: []\n? [a]\n: x", "s.yaml:2:3", "a key is no text"),
        ("replies: !!binary eA==", "s.yaml:1:10", "JSON has no tag:yaml.org,2002:binary"),
        ("replies: !!int x", "s.yaml:1:10", "a value cannot be read"),
        ("replies: &a [*a]", "s.yaml:1:10", "an alias stands within what it stands for"),
        ("replies: !!python/object:os.system x", "s.yaml:1:10", "the file is no YAML"),
        ("", "s.yaml:1:1", "the value has another shape"),
        ("- say: x", "s.yaml:1:1", "the value has another shape"),
        ("replies: {say: x}", "s.yaml:1:1", "the value has another shape"),
        ("replies: [x]", "s.yaml:1:11", "the value has another shape"),
        ("replies: [{}]", "s.yaml:1:11", "a reply was built from something else than intents"),
        ("replies: [{say: x, refuse: y}]", "s.yaml:1:11", "a reply says in two ways"),
        ("replies: [{say: x, intents: []}]", "s.yaml:1:11", "a reply says in two ways"),
        ("replies: [{in_order: [], say: x}]", "s.yaml:1:26", "there is no key 'say'"),
        ("replies: [{say: x, in_order: []}]", "s.yaml:1:12", "there is no key 'say'"),
        ("replies: [{say: x, gates: {nowhere: g}}]", "s.yaml:1:11", "a gate is set at a point"),
        ("replies: [{say: x, when: {all: []}}]", "s.yaml:1:27", "the value has another shape"),
        ("replies: [{say: x, when: {turn: 0}}]", "s.yaml:1:27", "a condition asks for a turn"),
        ("replies: [{say: 99999999999999999999999}]", "s.yaml:1:12", "the value has another"),
        ("replies: [{say: x, permanent: true}, {say: y}]", "s.yaml:1:38", "reply 2 can never be"),
        ("conversations: []", "s.yaml:1:1", "the value has another shape"),
        ("conversations: {ann: []}", "s.yaml:1:17", "the value has another shape"),
    ],
)
def test_a_mistake_is_told_where_it_is(text: str, place: str, headline: str) -> None:
    (first, *_) = troubles(text)
    assert str(first).startswith(f"{place}:")
    assert first.headline.startswith(headline)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"replies": [}', "s.yaml:1:14"),
        ('{\n\t"replies": [\n\t\t{"sai": "x"}\n]}', "s.yaml:3:4"),
        ('{"replies": NaN}', "s.yaml:1:1"),
        ('{"replies": [], "replies": []}', "s.yaml:1:17"),
        ('{"replies": ' + "[" * 100_000, "s.yaml:1:1"),
    ],
)
def test_a_mistake_in_json_is_told_where_it_is(text: str, place: str) -> None:
    (first, *_) = troubles(text, is_json=True)
    assert str(first).startswith(f"{place}:")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab: #\n'\"é🚢", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab:# ", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_yaml_is_read_as_it_was_written(value: Any) -> None:
    text = yaml.safe_dump(value, allow_unicode=True)
    assert parsed(text, file="s.yaml", is_json=False).value == value


FILE_KEYS = ["replies", "conversations", "in_order", "ann"]
REPLY_KEYS = ["when", "faults", "gates", "ending", "usage", "permanent", "text"]
KINDS = ["user_text", "all", "not", "reset", "latency", "failed"]
NAMES = st.sampled_from([*FILE_KEYS, *REPLY_KEYS, *KINDS, *INTENTS])
SCRIPTS = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | NAMES | st.text("a", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.fixed_dictionaries({"replies": st.lists(SCRIPTS, max_size=3)}) | SCRIPTS)
def test_whatever_a_file_says_it_is_read_or_its_mistakes_are_told(
    value: Any, schema: Draft202012Validator
) -> None:
    try:
        parse_script(yaml.safe_dump(value), file="s.yaml")
    except ScriptError:
        return
    assert schema.is_valid(value), "the schema takes whatever the provider takes"
