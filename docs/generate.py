"""Writes the tables of the documentation from the registries that they list.

`python docs/generate.py` rewrites each marked block of `README.md` and `docs/*.md`;
`python docs/generate.py --check` changes nothing and exits with 1 if a block is out of date.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import click

from seatrial.cli import cli
from seatrial.conformance import Blame, Requirement, Verdict
from seatrial.dialects import app_v2_turn
from seatrial.leaks import SEVERITIES, Kind
from seatrial.profiles import Claim, Find, Profile, builtin_names, load
from seatrial_provider import INVARIANTS, ProblemKind
from seatrial_provider.builders import EVENT_TYPES
from seatrial_provider.oracle import RULES
from seatrial_provider.phrasings.registry import phrasings
from seatrial_provider.stream import FIRST_BYTE, HEADERS
from seatrial_reference.variants import VARIANTS
from seatrial_suites import SUITES

ROOT = Path(__file__).resolve().parent.parent
K = TypeVar("K")
BLOCK = re.compile(r"(<!-- generated: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
HELP_WIDTH = 88

VERDICTS = {
    Verdict.PASS: "The check looked at something, and all of it held.",
    Verdict.FAIL: "Something that MUST hold did not.",
    Verdict.WARN: "Only something that SHOULD hold did not.",
    Verdict.NOT_APPLICABLE: "The server does not claim this, or its release does not have it.",
    Verdict.UNTESTABLE: "What the check builds on was missing, or it saw nothing.",
    Verdict.EXPECTED_FAILURE: "It failed, and a known divergence or a baseline says so.",
    Verdict.STALE: "It passed, though it is listed as failing: the entry has to go.",
    Verdict.HARNESS_ERROR: "We or the machine are to blame, and the server is not judged by it.",
}
BLAME = {
    Blame.SERVER: "The server under test did something else than it must.",
    Blame.HARNESS: "Seatrial itself failed: an exception in a check, the peer or the provider.",
    Blame.SCENARIO: "The check arranged nothing that could be looked at.",
    Blame.ENVIRONMENT: "The machine: a program that cannot be run, a process that cannot be ended.",
}
PROBLEMS = {
    ProblemKind.UNEXPECTED_REQUEST: "No unused reply is for this request, or it is for another "
    "path. Answered with status 400.",
    ProblemKind.BAD_REQUEST: "The body or the HTTP itself is unsound. Answered with status 400.",
    ProblemKind.INVARIANT: "The request breaks an invariant. It is answered all the same.",
    ProblemKind.UNTESTABLE: "No tool that the request offers can express the intent. Answered "
    "with status 400.",
    ProblemKind.UNUSED_REPLY: "A reply of the script answered nothing.",
    ProblemKind.GATE_LEFT_CLOSED: "A gate was reached and not released, or never reached though "
    "its reply was sent whole.",
    ProblemKind.PROVIDER_ERROR: "The provider failed, or a matcher or subscriber that it was "
    "given: no fault of the server under test.",
}
LEAKS = {
    Kind.PROCESS: "A server that was started and not ended (ledger).",
    Kind.HOME: "A home that was made and is still there (ledger).",
    Kind.PROVIDER: "A mock provider of a trial that was not closed (ledger).",
    Kind.REQUEST: "A request of the server's that was never answered (ledger).",
    Kind.TASK: "A task of the test's loop that is not done.",
    Kind.THREAD: "A Python thread that runs.",
    Kind.DESCRIPTOR: "An open file, pipe or socket.",
    Kind.CHILD: "A process below this one that Seatrial did not start.",
    Kind.ZOMBIE: "A child that has ended and was not waited for.",
}
INVARIANT_WORDS = {
    "call-has-output": "Each call has exactly one output, after it.",
    "output-has-call": "Each output stands after its call.",
    "call-ids-present": "Each call and each output carries the id of its call.",
    "call-ids-unique": "No two calls share an id.",
    "item-ids-unique": "No two items share an id.",
    "call-tool-offered": "Each call is of a tool that the request offers.",
    "message-roles": "Messages have a known role, and content that the role takes.",
}
PARTS = (
    "cli",
    "plugin",
    "reports",
    "conformance",
    "dialects",
    "profiles",
    "servers",
    "home",
    "peer",
    "journal",
    "process",
    "leaks",
    "transport",
    "jsonrpc",
    "errors",
)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n"
                   for row in lines)  # fmt: skip


def code(words: Iterable[str]) -> str:
    """Returns names in code style, separated by commas."""
    return ", ".join(f"`{word}`" for word in words)


def described(names: Iterable[K], words: Mapping[K, str]) -> list[tuple[K, str]]:
    """Returns each name with its description.

    Raises:
        ValueError: A name has no description, or a description no name.
    """
    names = list(names)
    if set(names) != set(words):
        raise ValueError(f"descriptions do not fit the names: {set(names) ^ set(words)}")
    return [(name, words[name]) for name in names]


def cli_help(*path: str) -> str:
    """Returns the help of the command line, or of one of its commands."""
    command: click.Command = cli
    context = click.Context(
        cli, info_name="seatrial", terminal_width=HELP_WIDTH, **cli.context_settings
    )
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
        context = click.Context(command, info_name=name, parent=context)
    return f"```text\n{command.get_help(context)}\n```\n"


def verdicts() -> str:
    """Returns the verdicts, what they mean, and what they make of a run."""
    return table(
        ["verdict", "meaning", "the run is"],
        [
            [f"**{verdict}**", words, "green" if verdict.is_green else "red"]
            for verdict, words in described(Verdict, VERDICTS)
        ],
    )


def blame() -> str:
    """Returns whose doing a verdict can be."""
    return table(
        ["blame", "when"], [[f"**{who}**", words] for who, words in described(Blame, BLAME)]
    )


def variants() -> str:
    """Returns the variants, their defect, and the requirements that each trips."""
    proofs = {name: proof for suite in SUITES for name, proof in suite.proofs.items()}
    rows = []
    for name, variant in VARIANTS.items():
        proof = proofs.get(name)
        trips = sorted(proof.fails | proof.warns) if proof else []
        short = [one.removeprefix("approvals.command.") for one in trips]
        rows.append([f"`{name}`", variant.defect, code(short) or "no proof yet"])
    return table(["variant", "defect", "trips `approvals.command.`…"], rows)


def requirements() -> str:
    """Returns the requirements that have a check."""
    return table(
        ["id", "level", "dialects", "what must hold"],
        [
            [f"`{row.id}`", row.level.value, code(row.dialects), row.statement]
            for row in _requirements()
            if not row.deferred
        ],
    )


def deferred() -> str:
    """Returns the requirements that nothing judges yet, by area."""
    by_area: dict[str, list[Requirement]] = {}
    for row in _requirements():
        if row.deferred:
            by_area.setdefault(row.area, []).append(row)
    return "\n".join(
        f"### {area}\n\n"
        + table(
            ["id", "dialects", "what must hold", "why there is no check yet"],
            [
                [
                    f"`{row.id}`",
                    code(row.dialects),
                    row.statement,
                    row.deferred.removeprefix("no check yet: "),
                ]
                for row in rows
            ],
        )
        for area, rows in sorted(by_area.items())
    )


def _requirements() -> list[Requirement]:
    return [row for suite in SUITES for row in suite.requirements.values()]


def divergences() -> str:
    """Returns the known failures of real servers."""
    return table(
        ["requirement", "server", "releases", "what it does instead"],
        [
            [
                f"`{row.requirement}`",
                f"`{row.profile}`",
                _window(row.since, row.until),
                row.reason,
            ]
            for suite in SUITES
            for row in suite.divergences
        ],
    )


def _window(since: str | None, until: str | None) -> str:
    words = [f"from {since}"] * bool(since) + [f"before {until}"] * bool(until)
    return ", ".join(words) or "all"


def profiles() -> str:
    """Returns the built-in profiles with where they look and what they claim."""
    rows = []
    for name in builtin_names():
        profile = load(name)
        places = [
            f"the module `{one.python}`" if one.python else f"`{one.path}` on PATH"
            for one in profile.find
        ]
        claims = [f"`{one.name}` ({_window(one.since, one.until)})" for one in profile.claims]
        rows.append(
            [
                f"`{name}`",
                code(profile.dialects),
                ", then ".join(places) or "only by `--command`",
                ", ".join(claims),
            ]
        )
    return table(["profile", "dialects", "its program", "claims (releases)"], rows)


def profile_keys(model: type) -> Callable[[], str]:
    """Returns what makes the table of a model's keys, from the docstring that describes them."""

    def build() -> str:
        text = inspect.getdoc(model) or ""
        listed = text.partition("Attributes:\n")[2].partition("\n\n")[0]
        found = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", listed, re.MULTILINE)
        return table(["key", "meaning"], [[f"`{key}`", " ".join(s.split())] for key, s in found])

    return build


def problem_kinds() -> str:
    """Returns the sorts of problem that the mock provider reports."""
    rows = described(ProblemKind, PROBLEMS)
    return table(["kind", "what happened"], [[f"`{kind}`", words] for kind, words in rows])


def invariants() -> str:
    """Returns what the mock provider checks of every model request."""
    rows = described(INVARIANTS, INVARIANT_WORDS)
    return table(["invariant", "what must hold"], [[f"`{name}`", words] for name, words in rows])


def leak_kinds() -> str:
    """Returns the kinds of leak, where each is seen, and what it does by default."""
    rows = described(Kind, LEAKS)
    return table(
        ["kind", "what is left", "by default"],
        [[f"`{kind}`", words, f"`{SEVERITIES[kind]}`"] for kind, words in rows],
    )


def phrasing_table() -> str:
    """Returns the tool shapes in which a wish to run a command can be said."""
    rows = []
    for phrasing in phrasings():
        doc = inspect.getdoc(import_module(type(phrasing).__module__)) or ""
        summary, _, rest = doc.partition("\n\n")
        rows.append([f"`{phrasing.name}`", summary, rest.removeprefix("Shape: ")])
    return table(["tool", "how a command is said in it", "the shape's source"], rows)


def gate_points() -> str:
    """Returns the points of a reply at which a gate can hold it."""
    words = {
        HEADERS: "before the headers of the HTTP response",
        FIRST_BYTE: "after the headers, before the first byte of the body",
    }
    rows = [[f"`{name}`", text] for name, text in words.items()]
    rows += [[f"`{name}`", "before the first event of this type"] for name in sorted(EVENT_TYPES)]
    return table(["point", "where the reply is held"], rows)


def stream_rules() -> str:
    """Returns the rules of a correct event stream."""
    return table(["rule", "what must hold"], [[name, words] for name, words in RULES.items()])


def approval_fields() -> str:
    """Returns how app_v2 spells the port's names for the fields of an approval."""
    rows = [[f"`{ours}`", f"`{theirs}`"] for ours, theirs in app_v2_turn.SPELLING.items()]
    return table(["the port's name", "in `app_v2`"], rows)


def decisions() -> str:
    """Returns how app_v2 spells the decisions."""
    rows = [
        [f"`Decision.{ours.name}`", f"`{theirs}`"] for ours, theirs in app_v2_turn.DECISIONS.items()
    ]
    return table(["decision", "in `app_v2`"], rows)


def modules() -> str:
    """Returns the parts of the harness, each with the sentence that it begins with."""
    rows = []
    for name in PARTS:
        path = ROOT / "harness" / "seatrial" / name
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        doc = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
        rows.append([f"`seatrial.{name}`", " ".join(doc.partition("\n\n")[0].split())])
    return table(["part", "its sentence"], rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "approval-fields": approval_fields,
    "blame": blame,
    "claim-keys": profile_keys(Claim),
    "cli": cli_help,
    "cli-prove": lambda: cli_help("prove"),
    "cli-requirements": lambda: cli_help("requirements"),
    "cli-run": lambda: cli_help("run"),
    "cli-servers": lambda: cli_help("servers"),
    "cli-sweep": lambda: cli_help("sweep"),
    "decisions": decisions,
    "deferred": deferred,
    "divergences": divergences,
    "find-keys": profile_keys(Find),
    "gate-points": gate_points,
    "invariants": invariants,
    "leak-kinds": leak_kinds,
    "modules": modules,
    "phrasings": phrasing_table,
    "problem-kinds": problem_kinds,
    "profile-keys": profile_keys(Profile),
    "profiles": profiles,
    "requirements": requirements,
    "stream-rules": stream_rules,
    "variants": variants,
    "verdicts": verdicts,
}


def generate(text: str, used: set[str]) -> str:
    """Returns a page with its marked blocks written anew, and notes which ones it has.

    Raises:
        KeyError: A block has a name that nothing makes.
    """

    def fill(found: re.Match[str]) -> str:
        used.add(found[2])
        return f"{found[1]}\n{BLOCKS[found[2]]()}\n{found[4]}"

    return BLOCK.sub(fill, text)


def main(arguments: Sequence[str]) -> int:
    """Writes the pages, or checks them; returns the exit status."""
    if unknown := set(arguments) - {"--check"}:
        sys.stderr.write(f"unknown: {', '.join(sorted(unknown))}; --check is all there is\n")
        return 2
    used: set[str] = set()
    stale = []
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        before = page.read_text("utf-8")
        after = generate(before, used)
        if before == after:
            continue
        stale.append(page.relative_to(ROOT))
        if "--check" not in arguments:
            page.write_text(after, "utf-8")
    for page in stale:
        state = "is out of date" if "--check" in arguments else "written"
        sys.stdout.write(f"{page}: {state}\n")
    unused = sorted(BLOCKS.keys() - used)
    if unused:
        sys.stderr.write(f"no page has the block {', '.join(unused)}\n")
    return 1 if unused or (stale and "--check" in arguments) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
