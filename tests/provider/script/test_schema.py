"""The published schema of script files: sound, described, and true."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from seatrial_provider.script.files.kinds import conditions, endings, faulty, intents
from seatrial_provider.script.files.schema import script_schema

if TYPE_CHECKING:
    from seatrial_provider.script.files.kinds import Family

ROOT = Path(__file__).resolve().parents[3]
PUBLISHED = "docs/provider-script.schema.json"


def test_it_is_a_sound_schema() -> None:
    Draft202012Validator.check_schema(script_schema())


def test_it_is_in_the_wheel_as_it_is_published() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    included = built["targets"]["wheel"]["force-include"]
    assert included[PUBLISHED] == "seatrial_provider/script.schema.json"
    assert (
        json.loads((ROOT / PUBLISHED).read_text("utf-8"))["$schema"] == script_schema()["$schema"]
    )


@pytest.mark.parametrize("family", [intents(), conditions(), faulty(), endings()], ids=str)
def test_every_kind_and_every_field_of_it_is_described(family: Family) -> None:
    definitions = script_schema()["$defs"]
    for name in family.kinds:
        definition = definitions[f"{family.word}.{name}"]
        assert definition["description"].endswith(".")
        for shape in definition.get("anyOf", [definition]):
            for field, member in shape.get("properties", {}).items():
                assert member.get("description"), f"{name}.{field}"


@pytest.mark.parametrize(
    "file", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda file: file.name
)
def test_the_examples_are_as_it_says(file: Path, schema: Any) -> None:
    schema.validate(yaml.safe_load(file.read_text("utf-8")))


@pytest.mark.parametrize(
    "document",
    [
        {"replys": []},
        {"replies": [{"sai": "x"}]},
        {"replies": [{"say": {"texd": "x"}}]},
        {"replies": [{"say": "x", "refuse": "y"}]},
        {"replies": [{"say": "x", "when": {"user_txt": "a"}}]},
        {"replies": [{"say": "x", "faults": ["rest"]}]},
        {"replies": [{"say": "x", "faults": [{"reset": {}, "stall": {}}]}]},
        {"replies": [{"say": "x", "gates": {"nowhere": "g"}}]},
        {"replies": [{"say": "x", "ending": "complete"}]},
        {"replies": [{"when": {"model": "m"}}]},
        {"replies": [{"in_order": [{"say": "x"}], "say": "y"}]},
        {"conversations": {"a b": {}}},
    ],
    ids=str,
)
def test_it_refuses_what_the_provider_refuses(document: Any, schema: Any) -> None:
    assert not schema.is_valid(document)
