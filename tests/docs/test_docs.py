"""The documentation is up to date, its links lead somewhere, and its samples are not made up."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from seatrial.cli import cli
from seatrial.profiles import load
from seatrial_provider.script.files.load import parse_script

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / ".github").rglob("*.md")),
]
IDS = [str(page.relative_to(ROOT)) for page in PAGES]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHORTENED = re.compile(r"# (examples/\S+), shortened\n")


def _blocks(page: Path, language: str) -> list[str]:
    return [code for kind, code in FENCE.findall(page.read_text("utf-8")) if kind == language]


def _generate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(folder / "docs" / "generate.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def _copy(folder: Path) -> None:
    """Copies what the generator reads and writes."""
    (folder / "docs").mkdir()
    (folder / "README.md").write_bytes((ROOT / "README.md").read_bytes())
    for file in (ROOT / "docs").glob("*.*"):
        (folder / "docs" / file.name).write_bytes(file.read_bytes())
    blocks = (ROOT / "docs" / "blocks").glob("*.py")
    clients = (ROOT / "tests" / "clients").rglob("*.*")
    parts = (ROOT / "harness" / "seatrial").rglob("*.py")
    for file in (one for one in (*blocks, *clients, *parts) if one.is_file()):
        copy = folder / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())


def test_every_table_is_up_to_date() -> None:
    ran = _generate(ROOT, "--check")
    told = f"{ran.stdout}{ran.stderr}run: python docs/generate.py"
    assert ran.returncode == 0, told


def test_a_table_that_is_out_of_date_is_found_and_written(tmp_path: Path) -> None:
    _copy(tmp_path)
    page = tmp_path / "docs" / "profiles.md"
    right = page.read_text("utf-8")
    page.write_text(right.replace("| `codex` |", "| `dodex` |"), "utf-8")
    assert page.read_text("utf-8") != right
    checked = _generate(tmp_path, "--check")
    assert (checked.returncode, checked.stdout) == (1, "docs/profiles.md: is out of date\n")
    assert page.read_text("utf-8") != right
    written = _generate(tmp_path)
    assert (written.returncode, written.stdout) == (0, "docs/profiles.md: written\n")
    assert page.read_text("utf-8") == right


def test_a_table_that_no_page_has_is_found(tmp_path: Path) -> None:
    _copy(tmp_path)
    (tmp_path / "docs" / "verdicts.md").unlink()
    (tmp_path / "README.md").write_text("")
    checked = _generate(tmp_path, "--check")
    assert checked.returncode == 1
    assert re.search("no page has the block .*verdicts", checked.stderr)


def _anchors(page: Path) -> set[str]:
    """Returns the anchors of a page's headings, as renderers of Markdown make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text("utf-8"))
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    broken = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_overview_leads_to_every_page() -> None:
    linked = set(re.findall(r"\]\(docs/([\w-]+\.md)", (ROOT / "README.md").read_text("utf-8")))
    assert linked == {page.name for page in (ROOT / "docs").glob("*.md")}


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_sample_can_be_read(page: Path) -> None:
    for code in _blocks(page, "python"):
        compile(code, page.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    for code in _blocks(page, "toml"):
        tomllib.loads(code)
    for code in _blocks(page, "yaml"):
        parse_script(code, file=page.name)


def _statements(code: str) -> list[str]:
    return [line.strip() for line in code.splitlines() if line.strip()]


def test_a_sample_of_a_file_is_lines_of_that_file() -> None:
    seen = 0
    for page in PAGES:
        for code in _blocks(page, "python"):
            named = SHORTENED.match(code)
            if not named:
                continue
            seen += 1
            lines = _statements((ROOT / named[1]).read_text("utf-8"))
            untyped = [line.replace("(trial: Trial) -> None:", "(trial):") for line in lines]
            strange = [
                line
                for line in _statements(code)[1:]
                if line not in lines and line not in untyped and not line.startswith("from ")
            ]
            assert strange == [], f"{page.name}: not in {named[1]}"
    assert seen >= 3


def test_the_sample_of_the_readme_is_the_example() -> None:
    sample = next(one for one in _blocks(ROOT / "README.md", "python") if "(trial)" in one)
    example = _statements((ROOT / "examples" / "test_own_server.py").read_text("utf-8"))
    for line in _statements(sample):
        if not line.startswith("from "):
            assert line.replace("(trial):", "(trial: Trial) -> None:") in example


def test_the_worked_profiles_are_the_examples() -> None:
    shown = [tomllib.loads(text) for text in _blocks(ROOT / "docs" / "profiles.md", "toml")]
    files = ("javascript_server/server.toml", "my_server.toml")
    assert shown == [tomllib.loads((ROOT / "examples" / file).read_text()) for file in files]
    for file in files:
        load(str(ROOT / "examples" / file))


def _commands() -> list[list[str]]:
    """Returns every command line of Seatrial's that a page shows, as words."""
    found = []
    for page in PAGES:
        for block in _blocks(page, "sh"):
            for line in block.splitlines():
                words = shlex.split(line, comments=True)
                programs = [word.rpartition("/")[2] for word in words]
                if "seatrial" in programs:
                    found.append(words[programs.index("seatrial") + 1 :])
    return found


GROUPS = {name for name, command in cli.commands.items() if isinstance(command, click.Group)}


def test_every_command_line_names_commands_and_options_that_exist() -> None:
    lines = _commands()
    assert len(lines) > 10
    for name, *words in lines:
        group = [name, *words[:1]] if name in GROUPS else [name]
        help_text = CliRunner().invoke(cli, [*group, "--help"]).output
        assert help_text.startswith("Usage:"), f"seatrial {name}"
        for word in words:
            if word.startswith("--"):
                assert f"{word} " in help_text, f"seatrial {name} {word}"
