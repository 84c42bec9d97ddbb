"""Blocks about faults, verdicts on the client and invariants of the mock provider."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Callable

from blocks.writing import model_keys, table
from seatrial_provider import INVARIANTS
from seatrial_provider.answering.description import description
from seatrial_provider.clients import RULES, Policy
from seatrial_provider.faults.base import Carrier, Fault
from seatrial_provider.faults.connecting import CONNECTING_FAULTS
from seatrial_provider.faults.registry import faults


def fault_table() -> str:
    """Returns every fault: what it does, whether it is legal, and where it has a meaning."""
    rows = [
        [
            f"`{name}`",
            f"`{kind.__name__}`",
            _summary(kind),
            "yes" if kind.legal else "no",
            *("yes" if carrier in kind.carriers else "no" for carrier in Carrier),
        ]
        for name, kind in faults().items()
    ]
    return table(["fault", "class", "what it does", "legal", *map(str, Carrier)], rows)


def fault_values() -> str:
    """Returns the values of every fault that has some of its own."""
    rows = []
    for name, kind in faults().items():
        own = [field for field in dataclasses.fields(kind) if field.name not in _COMMON]
        meaning = _meanings(kind)
        for field in own:
            default = "needed" if field.default is dataclasses.MISSING else f"`{field.default!r}`"
            rows.append([f"`{name}`", f"`{field.name}`", default, meaning[field.name]])
    return table(["fault", "value", "default", "meaning"], rows)


def connecting_faults() -> str:
    """Returns what can go wrong with connecting."""
    rows = [
        [f"`{name}`", f"`{kind.__name__}`", _summary(kind), "yes" if kind.legal else "no"]
        for name, kind in CONNECTING_FAULTS.items()
    ]
    return table(["fault", "class", "what it does", "legal"], rows)


def client_rules() -> str:
    """Returns the rules by which clients are judged."""
    rows = [[f"`{name}`", f"{rule.level}", rule.holds] for name, rule in RULES.items()]
    return table(["rule", "level", "what a correct client does"], rows)


def invariants() -> str:
    """Returns what the mock provider checks of every model request."""
    rows = [[f"`{name}`", invariant.holds] for name, invariant in INVARIANTS.items()]
    return table(["invariant", "what must hold"], rows)


_COMMON = {field.name for field in dataclasses.fields(Fault)}


def _summary(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split())


def _meanings(kind: type) -> dict[str, str]:
    found: dict[str, str] = {}
    for parent in reversed(kind.__mro__):
        text = inspect.cleandoc(parent.__doc__ or "").partition("Attributes:\n")[2]
        listed = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", text, re.MULTILINE)
        found |= {key: " ".join(words.split()) for key, words in listed}
    return found


def paths() -> str:
    """Returns the description of the paths that the provider serves."""
    return f"{json.dumps(description(), indent=2)}\n"


FILES: dict[str, Callable[[], str]] = {"docs/provider-openapi.json": paths}
BLOCKS: dict[str, Callable[[], str]] = {
    "client-policy": model_keys(Policy),
    "client-rules": client_rules,
    "connecting-faults": connecting_faults,
    "fault-values": fault_values,
    "faults": fault_table,
    "invariants": invariants,
}
