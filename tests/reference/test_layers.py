"""The layers of the reference server's configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial_reference.errors import ConfigError
from seatrial_reference.layers import Layers

KEYS = st.sampled_from("abc")
TABLES = st.recursive(
    st.dictionaries(
        KEYS, st.integers() | st.lists(st.integers(), max_size=3), min_size=1, max_size=3
    ),
    lambda inner: st.dictionaries(KEYS, inner | st.integers(), min_size=1, max_size=3),
    max_leaves=6,
)


def leaves(table: dict[str, Any], *above: str) -> dict[tuple[str, ...], Any]:
    """Returns every value that is no table, by its path."""
    found: dict[tuple[str, ...], Any] = {}
    for key, value in table.items():
        inner = leaves(value, *above, key) if isinstance(value, dict) else {(*above, key): value}
        found |= inner
    return found


@given(lower=TABLES, upper=TABLES)
def test_every_value_of_the_stronger_layer_holds(
    lower: dict[str, Any], upper: dict[str, Any]
) -> None:
    merged = leaves(Layers("").merge(lower, upper))
    assert leaves(upper).items() <= merged.items()


@given(lower=TABLES, upper=TABLES)
def test_a_value_of_the_weaker_layer_holds_unless_the_stronger_one_is_in_its_place(
    lower: dict[str, Any], upper: dict[str, Any]
) -> None:
    merged, taken = leaves(Layers("").merge(lower, upper)), set(leaves(upper))
    for path, value in leaves(lower).items():
        in_place = any(path[: len(one)] == one or one[: len(path)] == path for one in taken)
        assert in_place or merged[path] == value


def test_lists_are_replaced_and_tables_are_merged() -> None:
    merged = Layers("").merge({"t": {"a": [1, 2], "b": 1}}, {"t": {"a": [3]}})
    assert merged == {"t": {"a": [3], "b": 1}}


def test_the_managed_file_lies_over_the_users_and_the_command_line_over_both(
    tmp_path: Path,
) -> None:
    (tmp_path / "config.toml").write_text("a = 1\nb = 1\nc = 1\n[t]\nx = 1\n")
    (tmp_path / "managed_config.toml").write_text("b = 2\nc = 2\n[t]\ny = 2\n")
    layers = Layers(str(tmp_path), ["c=3", "t.z=3"])
    assert layers.read() == {"a": 1, "b": 2, "c": 3, "t": {"x": 1, "y": 2, "z": 3}}


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ('"1"', "1"), ("plain words", "plain words"), ("[1, 2]", [1, 2]), ("true", True)],
)
def test_an_override_is_toml_or_plain_text(text: str, value: object) -> None:
    assert Layers("").override(f"a.b={text}") == {"a": {"b": value}}


@pytest.mark.parametrize("text", ["", "a", "=1", "a..b=1", ".=1"])
def test_an_override_without_a_key_is_an_error_that_shows_it(text: str) -> None:
    with pytest.raises(ConfigError, match="expected KEY=VALUE"):
        Layers("").override(text)


@pytest.mark.parametrize("name", ["config.toml", "managed_config.toml"])
@pytest.mark.parametrize("content", [b"no toml", b"\xff"])
def test_a_file_that_is_no_toml_is_an_error_that_names_it(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=name):
        Layers(str(tmp_path)).read()
