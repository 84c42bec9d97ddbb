"""Changes of files are said as a patch, in the tool that a release offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.provider.intents.saying import (
    ADD,
    CODE_MODE,
    OFFERED,
    PATCH,
    SHELL,
    JsonObject,
    function,
    said,
)

from seatrial_provider import (
    add_file,
    change_files,
    delete_file,
    update_file,
)


@pytest.mark.parametrize(
    ("offered", "item"),
    [
        (OFFERED["codex 0.98.0"], {"type": "custom_tool_call", "input": PATCH}),
        (
            [
                {
                    "type": "function",
                    "name": "apply_patch",
                    "parameters": {"properties": {"input": {"type": "string"}}},
                }
            ],
            function("apply_patch", input=PATCH),
        ),
        (
            [{"type": "apply_patch"}],
            {
                "type": "apply_patch_call",
                "operation": {"type": "create_file", "path": "a", "diff": "+b"},
            },
        ),
        (
            OFFERED["codex 0.163.0"],
            function("exec_command", cmd=f"apply_patch <<'EOF'\n{PATCH}EOF\n"),
        ),
        (OFFERED[CODE_MODE], {"name": "exec", "namespace": "functions"}),
    ],
)
def test_a_change_of_a_file(offered: Sequence[JsonObject], item: Mapping[str, Any]) -> None:
    assert item.items() <= said(ADD, offered).items()


def test_a_patch_has_each_sort_of_change() -> None:
    intent = change_files(
        [
            add_file("/abs/a", "one\n\ntwo\n"),
            add_file("empty", ""),
            update_file("../b", "@@ def f\n-x\n+y\n", move_to="c"),
            delete_file("d"),
        ]
    )
    assert said(intent, OFFERED["codex 0.98.0"])["input"].splitlines() == [
        "*** Begin Patch",
        "*** Add File: /abs/a",
        "+one",
        "+",
        "+two",
        "*** Add File: empty",
        "*** Update File: ../b",
        "*** Move to: c",
        "@@ def f",
        "-x",
        "+y",
        "*** Delete File: d",
        "*** End Patch",
    ]


@given(st.text(alphabet="EOF\n +-*x", max_size=60))
def test_a_heredoc_ends_where_the_patch_ends(content: str) -> None:
    command = said(change_files([add_file("a", content)]), OFFERED[SHELL])["arguments"]["command"]
    first, *lines, last, nothing = command[2].split("\n")
    assert first == f"apply_patch <<'{last}'"
    assert last not in lines
    assert (lines[0], lines[-1], nothing) == ("*** Begin Patch", "*** End Patch", "")
