"""Blocks about the journal of the mock provider, and what it says over the wire."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator

from blocks.writing import table
from seatrial_provider import JournalBounds, RecordedRequest, Requests
from seatrial_provider.encodings import ENCODINGS
from seatrial_provider.journal.redact import SECRET_HEADERS, SECRET_MEMBERS
from seatrial_provider.record import Record
from seatrial_provider.wire import plan


def _sentence(documented: object) -> str:
    """Returns the first sentence of a docstring, without its full stop."""
    lines = inspect.getdoc(documented) or ""
    return " ".join(lines.partition("\n\n")[0].split()).rstrip(".")


def _attributes(documented: type) -> dict[str, str]:
    """Returns what a docstring says of each attribute."""
    section = (inspect.getdoc(documented) or "").partition("Attributes:\n")[2].partition("\n\n")[0]
    found: dict[str, str] = {}
    for line in section.splitlines():
        if not line.startswith("        "):
            name, _, words = line.strip().partition(": ")
            found[name] = words
        else:
            found[name] += f" {line.strip()}"
    return found


def _methods(class_: type) -> Iterator[tuple[str, object]]:
    for name, member in inspect.getmembers(class_):
        if not name.startswith("_") and (
            inspect.isfunction(member) or isinstance(member, property)
        ):
            yield name, member


def _call(name: str, member: object) -> str:
    if not inspect.isfunction(member):
        return f"`{name}`"
    words = [
        parameter.name if parameter.default is parameter.empty else f"{parameter.name}=..."
        for parameter in list(inspect.signature(member).parameters.values())[1:]
    ]
    return f"`{name}({', '.join(words)})`"


def _questions(class_: type, *, without: frozenset[str] = frozenset()) -> str:
    rows = [
        [_call(name, member), _sentence(member)]
        for name, member in _methods(class_)
        if name not in without
    ]
    return table(["question", "what it answers"], rows)


def record_attributes() -> str:
    """Returns what a recorded request knows."""
    rows = [[f"`{name}`", words] for name, words in _attributes(Record).items()]
    return table(["attribute", "what it is"], rows)


def record_questions() -> str:
    """Returns the questions to one recorded request."""
    inner = frozenset({"plain_body", "sound_body", "forget_views", "asked"})
    return _questions(RecordedRequest, without=inner)


def requests_questions() -> str:
    """Returns the questions to several requests."""
    return _questions(Requests, without=frozenset({"count", "index"}))


def journal_bounds() -> str:
    """Returns the bounds of the journal and their defaults."""
    defaults = {field.name: field.default for field in dataclasses.fields(JournalBounds)}
    rows = [
        [f"`{n}`", words, f"{defaults[n]:,}"] for n, words in _attributes(JournalBounds).items()
    ]
    return table(["bound", "what it is", "default"], rows)


def secrets() -> str:
    """Returns what is secret by its name."""
    rows = [
        ["headers", ", ".join(f"`{name}`" for name in sorted(SECRET_HEADERS))],
        [
            "members of JSON, parameters of a query",
            ", ".join(f"`{name}`" for name in sorted(SECRET_MEMBERS)),
        ],
    ]
    return table(["where", "names"], rows)


def encodings() -> str:
    """Returns the content encodings that are undone."""
    return ", ".join(f"`{name}`" for name in ENCODINGS) + "\n"


def plan_steps() -> str:
    """Returns the steps of a plan."""
    steps = plan.Step.__args__  # type: ignore[attr-defined]
    return table(["step", "what it does"], [[f"`{s.__name__}`", _sentence(s)] for s in steps])


BLOCKS: dict[str, Callable[[], str]] = {
    "record-attributes": record_attributes,
    "record-questions": record_questions,
    "requests-questions": requests_questions,
    "journal-bounds": journal_bounds,
    "secrets": secrets,
    "encodings": encodings,
    "plan-steps": plan_steps,
}
