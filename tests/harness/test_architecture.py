"""How the components hold together: which way imports point, what is public, how large it is."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import seatrial
import seatrial_provider
import seatrial_reference
import seatrial_suites

PROJECT = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text("utf-8"))
COMPONENTS = [seatrial, seatrial_provider, seatrial_reference, seatrial_suites]


def folder_of(component: ModuleType) -> Path:
    return Path(str(component.__file__)).parent


FILES = sorted(
    (file, f"{component.__name__}/{file.relative_to(folder_of(component))}")
    for component in COMPONENTS
    for file in folder_of(component).rglob("*.py")
)
each_file = pytest.mark.parametrize("file", [pytest.param(f, id=name) for f, name in FILES])


def imports_of(file: Path) -> set[str]:
    """Returns every module that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import in {file}"
            found.add(str(node.module))
    return found


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 80


@each_file
def test_each_module_begins_with_a_sentence(file: Path) -> None:
    docstring = ast.get_docstring(ast.parse(file.read_text("utf-8")))
    assert docstring
    first = docstring.splitlines()[0]
    assert len(first.split()) >= 4
    assert first[0].isupper() or first[0] == "`"
    assert docstring.split("\n\n")[0].rstrip().endswith((".", "?"))


@each_file
def test_no_module_is_over_four_hundred_lines(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= 400


@each_file
def test_a_module_exports_only_what_it_has(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    exported = [
        [element.value for element in node.value.elts if isinstance(element, ast.Constant)]
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.List)
        and "__all__" in ast.unparse(node).split("=")[0]
    ]
    for names in exported:
        assert len(set(names)) == len(names)
        defined = {name.split(" as ")[-1] for node in ast.walk(tree) for name in _names(node)}
        assert set(names) <= defined


def _names(node: ast.AST) -> list[str]:
    match node:
        case ast.Import() | ast.ImportFrom():
            return [name.asname or name.name for name in node.names]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Name(ctx=ast.Store()):
            return [node.id]
    return []


PACKAGES = [
    name
    for component in COMPONENTS
    for file in sorted(folder_of(component).rglob("__init__.py"))
    if (name := ".".join(file.relative_to(folder_of(component).parent).parent.parts))
]


@pytest.mark.parametrize("name", PACKAGES)
def test_all_of_a_package_is_what_it_imports_for_others(name: str) -> None:
    """What a package gathers is its surface: each name is in `__all__`, or it is not gathered."""
    package = importlib.import_module(name)
    tree = ast.parse(Path(str(package.__file__)).read_text("utf-8"))
    gathered = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(f"{name}.")
        for alias in node.names
    }
    public = set(getattr(package, "__all__", ()))
    has_code = any(isinstance(node, ast.FunctionDef) for node in tree.body)
    if name != "seatrial_suites" and not has_code:  # those gather for their own use
        assert gathered <= public
    assert all(hasattr(package, one) for one in public)


@pytest.mark.parametrize("module", ["seatrial.jsonrpc", "seatrial.journal", "seatrial.profiles"])
def test_what_is_pure_drags_in_neither_loop_nor_processes(module: str) -> None:
    look = f"import sys, {module}; print(sorted({{'asyncio', 'subprocess'}} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60
    )
    assert answer.stdout == "[]\n"


OURS = {component.__name__ for component in COMPONENTS}


def ours(file: Path) -> set[str]:
    return {module for module in imports_of(file) if module.partition(".")[0] in OURS}


@pytest.mark.parametrize("component", [seatrial_reference, seatrial_provider])
def test_what_stands_alone_imports_nothing_of_the_others(component: ModuleType) -> None:
    for file in folder_of(component).rglob("*.py"):
        strangers = {name for name in ours(file) if name.partition(".")[0] != component.__name__}
        assert not strangers, f"{file.name} imports {strangers}"
    look = f"import sys, {component.__name__}; print(*(n.partition('.')[0] for n in sys.modules))"
    answer = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60
    )
    assert OURS & set(answer.stdout.split()) == {component.__name__}


def test_suites_use_only_public_names() -> None:
    for file in folder_of(seatrial_suites).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("seatrial"):
                private = [alias.name for alias in node.names if alias.name.startswith("_")]
                assert not private
                assert "._" not in str(node.module)


LAYERS = [
    {part.strip().removeprefix("seatrial.") for part in layer.split("|")}
    for contract in PROJECT["tool"]["importlinter"]["contracts"]
    if contract["type"] == "layers"
    for layer in reversed(contract["layers"])
]
LAYERS[-1].add("__main__")


def test_imports_point_downwards() -> None:
    floor = {name: number for number, names in enumerate(LAYERS) for name in names}
    for file in folder_of(seatrial).rglob("*.py"):
        own = file.relative_to(folder_of(seatrial)).parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        for module in ours(file):
            parts = module.split(".")
            if parts[0] != "seatrial" or len(parts) < 2 or parts[1] == own:
                continue
            assert floor[parts[1]] <= floor[own], f"{file.name} imports {module}"
