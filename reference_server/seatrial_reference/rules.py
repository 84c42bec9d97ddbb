"""Rules about commands, kept in the home: what runs unasked, what is asked for, what never runs.

A rule is a line `prefix_rule(pattern=["git", "status"], decision="allow")`, as Codex writes it
(seen with 0.72.0 to 0.163.0). A command of several parts, joined by `|`, `&&`, `||` or `;`, is what
the strictest of its parts is, and a part that no rule is about makes it one that no rule allows.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from seatrial_reference.config import ApprovalPolicy
from seatrial_reference.log import note
from seatrial_reference.policy import Ask, Refuse, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial_reference.commands import Command
    from seatrial_reference.settings import Settings

FOLDER = "rules"
AMENDED = "default.rules"
STRICT = ("allow", "prompt", "forbidden")  # what a rule may decide, the strictest last
_JOINTS = frozenset({"|", "||", "&&", ";"})
_OPAQUE = frozenset("<>&`$(){}*?[]!#~\n\\")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Args:
        prefix: The words that a command begins with.
        decision: `allow`, `prompt` or `forbidden`.
    """

    prefix: tuple[str, ...]
    decision: str


class Rules:
    """The rules of one home, and what the client adds to them.

    Args:
        home: The server's home.
    """

    def __init__(self, home: str) -> None:
        self._folder = f"{home}/{FOLDER}"
        self._rules = list(_saved(self._folder))

    def judge(self, command: Command, settings: Settings) -> Run | Ask | Refuse | None:
        """Decide about a command; None where no rule decides about all of it."""
        if not self._rules:
            return None
        decided = self.combine([self.decision(part) for part in parts(command.text)])
        shown = f"`{command.text}`"
        match decided:
            case "allow":
                return Run(sandboxed=False)
            case "prompt" if settings.approval is not ApprovalPolicy.NEVER:
                return Ask(reason=f"{shown} requires approval by a rule")
            case "prompt" | "forbidden":
                return Refuse(message=f"{shown} was not run: a rule does not let it")
            case _:
                return None

    def combine(self, decisions: Sequence[str | None]) -> str | None:
        """Decide about a command by what was decided about its parts."""
        known = [one for one in decisions if one is not None]
        strictest = max(known, key=STRICT.index, default=None)
        return None if strictest == "allow" and None in decisions else strictest

    def decision(self, words: Sequence[str]) -> str | None:
        """Decide about one part of a command; None where no rule is about it."""
        found = [rule.decision for rule in self._rules if self.is_about(rule, words)]
        return max(found, key=STRICT.index, default=None)

    def is_about(self, rule: Rule, words: Sequence[str]) -> bool:
        """Tell whether a command begins with the words of a rule."""
        return tuple(words[: len(rule.prefix)]) == rule.prefix

    def proposal(self, command: Command) -> list[str] | None:
        """Give the words that the client may allow from now on; None where there is nothing to.

        It is offered for a command of one part that no rule is about.
        """
        found = parts(command.text)
        if len(found) != 1 or self.decision(found[0]) is not None:
            return None
        return found[0]

    def add(self, words: Sequence[str]) -> None:
        """Allow the commands that begin with these words, from now on and after a restart."""
        self._rules.append(Rule(prefix=tuple(words), decision="allow"))
        self.save(words)

    def save(self, words: Sequence[str]) -> None:
        """Write it down in the home."""
        import json

        os.makedirs(self._folder, exist_ok=True)  # noqa: PTH103
        line = f'prefix_rule(pattern={json.dumps(list(words))}, decision="allow")\n'
        with open(f"{self._folder}/{AMENDED}", "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(line)


def parts(text: str) -> list[list[str]]:
    """Take a command line apart; one that is more than plain words and joints has no parts."""
    import shlex

    lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;")
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    try:
        for word in lexer:
            if word in _JOINTS:
                found.append([])
            else:
                found[-1].append(word)
    except ValueError:  # a quotation that does not end
        return []
    plain = not _OPAQUE & set(text.replace("&&", ""))
    return found if plain and all(found) else []


def _saved(folder: str) -> Iterator[Rule]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208
    except OSError:
        return
    for name in names:
        if name.endswith(".rules"):
            yield from _read(f"{folder}/{name}")


def _read(path: str) -> Iterator[Rule]:
    import ast

    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        lines = file.read().splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            call = ast.parse(line, mode="eval").body
            assert isinstance(call, ast.Call)
            given = {key.arg: ast.literal_eval(key.value) for key in call.keywords}
            assert given["decision"] in STRICT
            yield Rule(prefix=tuple(map(str, given["pattern"])), decision=given["decision"])
        except (AssertionError, KeyError, SyntaxError, TypeError, ValueError) as error:
            note(f"{path}, line {number}: not a rule, and passed over: {error!r}")
