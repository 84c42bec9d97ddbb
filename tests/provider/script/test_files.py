"""Script files: everything that a script in Python can say, in YAML and in JSON."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from seatrial_provider import (
    INTENTS,
    Completed,
    Failed,
    Gate,
    InOrder,
    Provider,
    Reply,
    ScriptError,
    Usage,
    load_script,
    reply,
    run_command,
    say,
    think,
    when_header,
    when_model,
    when_tool_output,
    when_user_text,
)
from seatrial_provider.faults import Byte, CutOff, HttpError
from seatrial_provider.faults.registry import faults
from seatrial_provider.responses.endings import ENDINGS
from seatrial_provider.script.conditions.registry import CONDITIONS
from seatrial_provider.script.files.load import parse_script
from seatrial_provider.script.files.schema import script_schema
from seatrial_provider.script.reply import ReplyOptions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.provider.script.conftest import Say, Talk

WHOLE = """\
# yaml-language-server: $schema=script.schema.json
replies:
  - say: no                       # a text, and not false
    when: {user_text: {word: bye}, model: mock}
    permanent: true
  - intents:
      - think: [first I list the files]
      - run_command: {command: ls, escalated: true}
    faults:
      - http-error: {status: 503, attempts: [1, 2]}
      - cut-off: {at: {byte: 120}, attempts: [3]}
    usage: {input_tokens: 100, cached_tokens: 90}
    headers: {x-test: "1"}
  - in_order:
      - say: one
        gates: {headers: before, first-byte: before, response.completed: after}
      - say: two
        when:
          any:
            - tool_output: {contains: total, call_id: call_0002_1}
            - not: {header: x-kind}
        ending: {failed: {code: rate_limit_exceeded}}
conversations:
  ann:
    when: {user_text: I am Ann}
    replies:
      - ending: {failed: {message: at once}}
"""


def only(text: str) -> Reply:
    """Returns the one reply of a script."""
    (entry,) = parse_script(text, file="s.yaml").entries
    assert isinstance(entry, Reply)
    return entry


def test_a_file_says_what_python_says() -> None:
    script = parse_script(WHOLE, file="whole.yaml")
    bye, ls, group = script.entries
    gates = {"headers": script.gates["before"], "first-byte": script.gates["before"]}
    assert same(bye) == reply(
        say("no"), when=when_user_text(word="bye") & when_model("mock"), permanent=True
    )
    assert same(ls) == reply(
        think(["first I list the files"]),
        run_command("ls", escalated=True),
        faults=[
            HttpError(status=503, attempts=(1, 2)),
            CutOff(at=Byte(120), attempts=(3,)),
        ],
        usage=Usage(input_tokens=100, cached_tokens=90),
        headers={"x-test": "1"},
    )
    assert isinstance(group, InOrder)
    one, two = group.replies
    assert same(one) == reply(
        say("one"), gates={**gates, "response.completed": script.gates["after"]}
    )
    output = when_tool_output("total", call_id="call_0002_1")
    assert same(two) == reply(
        say("two"),
        when=output | ~when_header("x-kind"),
        ending=Failed(code="rate_limit_exceeded"),
    )
    (ann,) = script.conversations
    assert (ann.name, ann.when) == ("ann", when_user_text("I am Ann"))
    assert [same(entry) for entry in ann.entries] == [reply(ending=Failed(message="at once"))]
    assert list(script.gates) == ["before", "after"]


def same(entry: Any) -> Reply:
    """Returns a reply without the place that it was written at, which must be there."""
    assert isinstance(entry, Reply)
    assert entry.origin.startswith("whole.yaml:")
    return replace(entry, origin="")


def test_json_says_the_same(tmp_path: Path) -> None:
    file = tmp_path / "whole.json"
    plain = yaml.load(WHOLE, Loader=yaml.BaseLoader)
    plain["replies"][0]["permanent"] = True
    plain["replies"][1] = {"say": "\U0001f6a2 \t/"}
    file.write_text(json.dumps(plain, indent="\t"), "utf-8")
    script = load_script(file)
    assert [type(entry) for entry in script.entries] == [Reply, Reply, InOrder]
    ship = script.entries[1]
    assert isinstance(ship, Reply)
    assert ship.intents == (say("\U0001f6a2 \t/"),)
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "ud83d" in text)
    assert ship.origin == f"whole.json:{line - 1}"


def test_a_provider_plays_a_file(talk: Talk, tmp_path: Path) -> None:
    file = tmp_path / "script.yml"
    file.write_text(WHOLE, "utf-8")

    async def main(provider: Provider, ask: Say) -> None:
        script = provider.script_file(file)
        for gate in script.gates.values():
            gate.release()
        assert await ask("good bye") == "no"
        assert await ask("bye-bye") == "no"
        unused = [problem.message for problem in provider.verify()]
        assert len(unused) == 4
        assert "(script.yml:6)" in unused[1]

    talk(main)


SAMPLES: dict[str, dict[str, Any]] = {
    "intent": {
        "change_files": [{"action": "add", "path": "a", "content": "x"}],
        "output": {"kind": "message", "fields": {"text": "x"}},
        "request_permissions": {"permissions": {"network": True}},
        "raw_item": {"item": {"type": "x"}},
        "raw_event": {"event": {"type": "x"}},
    },
    "condition": {
        "user_text": {"regex": "a.c"},
        "instructions": {"word": "brief"},
        "model": {"exact": "m"},
        "all": [{"model": "m"}, {"turn": 1}],
        "any": [{"model": "m"}, {"turn": 1}],
        "not": {"model": "m"},
    },
    "fault": {"cut-off": {"at": {"byte": 120}, "attempts": None}},
    "ending": {"failed": {"after_items": 0}, "incomplete": "content_filter"},
}
"""Values where the least that the schema asks for would mean nothing, and some to look at."""

FAMILIES: list[tuple[str, str, Any]] = [
    *(("intent", name, kind) for name, kind in INTENTS.items()),
    *(("condition", name, kind) for name, kind in CONDITIONS.items()),
    *(("fault", name, kind) for name, kind in faults().items()),
    *(("ending", name, kind) for name, kind in ENDINGS.items()),
]


def least(shape: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """Returns the least value that a schema takes."""
    if "$ref" in shape:
        return least(definitions[shape["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in shape:
        return least(shape["anyOf"][-1], definitions)
    if "enum" in shape or "const" in shape:
        return shape.get("const", shape.get("enum", [None])[0])
    if shape["type"] == "object":
        members = shape.get("properties", {})
        return {name: least(members[name], definitions) for name in shape.get("required", ())}
    if shape["type"] == "array":
        return [least(shape["items"], definitions)] * shape.get("minItems", 0)
    values = {"string": "x", "integer": 1, "number": 1, "boolean": True, "null": None}
    return values[shape["type"]]


def reply_of(family: str, name: str, value: Any) -> dict[str, Any]:
    """Returns a reply of a script file with one value of a family in it."""
    named: Any = name if value is None else {name: value}
    return {
        "intent": {"intents": [named]},
        "condition": {"say": "x", "when": named},
        "fault": {"say": "x", "faults": [named]},
        "ending": {"say": "x", "ending": named},
    }[family]


@pytest.mark.parametrize(
    ("family", "name", "kind"), FAMILIES, ids=[f"{word} {name}" for word, name, _ in FAMILIES]
)
def test_everything_that_python_has_can_be_said_in_a_file(
    family: str, name: str, kind: type, schema: Any
) -> None:
    definitions = script_schema()["$defs"]
    whole = least(definitions[f"{family}.{name}"], definitions)
    value = SAMPLES[family].get(name, whole)
    document = {"replies": [reply_of(family, name, value)]}
    schema.validate(document)
    made = only(yaml.safe_dump(document))
    held = {
        "intent": made.intents,
        "condition": (made.when,),
        "fault": made.faults,
        "ending": (made.ending,),
    }[family]
    assert [type(one) for one in held] == [kind]


def test_every_option_of_a_reply_is_a_key_of_a_file() -> None:
    in_python = set(ReplyOptions.__annotations__)
    in_files = set(script_schema()["$defs"]["reply"]["properties"]) - {"intents", *INTENTS}
    assert in_files == in_python
    assert {one.name for one in fields(Reply)} - {"intents", "compute", "origin"} == in_python
    assert not in_python & INTENTS.keys(), "a key has one meaning"


@pytest.mark.parametrize(
    "text",
    [
        "replies: [{say: x, ending: completed}]",
        "replies: [{say: {text: x}, ending: {completed: {}}}]",
        "replies: [{say: x, ending: {completed: null}}]",
        "replies: [{intents: {say: x}}]",
        "replies: [{intents: [{say: x}], permanent: false}]",
        "\ufeffreplies:\r\n- say: x\r\n",
        "replies: [&a {say: x}]\n",
        "$schema: https://example.org\nreplies: [{say: x}]",
    ],
)
def test_there_are_several_ways_to_write_a_thing(text: str, tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_bytes(text.encode())
    (entry,) = load_script(file).entries
    assert isinstance(entry, Reply)
    assert (entry.intents, entry.ending) == ((say("x"),), Completed())


def test_an_alias_stands_for_what_it_names() -> None:
    one, two = parse_script("replies: [&a {say: x}, *a]", file="s.yaml").entries
    assert one == two


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("2024-01-01", "2024-01-01"),
        ("0x10", "0x10"),
        ("12:30", "12:30"),
        (".inf", ".inf"),
        ("<<", "<<"),
        ("|\n      a\n      b", "a\nb\n"),
    ],
)
def test_yaml_has_the_types_of_json_only(written: str, meant: str) -> None:
    assert only(f"replies:\n  - say: {written}\n").intents == (say(meant),)


def test_a_gate_has_one_name_in_the_whole_file() -> None:
    hers_too = "{ann: {replies: [{say: y, gates: {first-byte: g}}]}}"
    text = f"replies: [{{say: x, gates: {{headers: g}}}}]\nconversations: {hers_too}"
    script = parse_script(text, file="s.yaml")
    (reply_,), (ann,) = script.entries, script.conversations
    assert isinstance(reply_, Reply)
    (hers,) = ann.entries
    assert isinstance(hers, Reply)
    assert reply_.gates["headers"] is hers.gates["first-byte"]
    assert isinstance(script.gates["g"], Gate)


@pytest.mark.parametrize("name", ["script.txt", "missing.yaml", "latin.yaml"])
def test_a_file_that_cannot_be_read_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "script.txt").write_text(WHOLE)
    (tmp_path / "latin.yaml").write_bytes(b"replies: [{say: \xe9}]")
    with pytest.raises(ScriptError, match="cannot be read") as raised:
        load_script(str(tmp_path / name))
    assert raised.value.cause.endswith("?")
