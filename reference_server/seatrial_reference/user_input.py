"""Questions of the model's to the user: read, put, and their answers told."""

from __future__ import annotations

import json
from dataclasses import dataclass

from seatrial_reference.arguments import BadCall, read_arguments, require
from seatrial_reference.inquiry import Inquiry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.wish import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """Questions that belong together: each has `id`, `header`, `question` and `options`."""

    call_id: str
    asked: tuple[dict[str, Any], ...]


def read_questions(call_id: str, arguments: str) -> Questions:
    """Read the arguments of a call of `request_user_input` (tool of Codex 0.163.0).

    Raises:
        BadCall: They are not what the tool takes.
    """
    asked = require(read_arguments(arguments), "questions", list)
    if not all(isinstance(one, dict) for one in asked):
        raise BadCall("failed to parse function arguments: a question is no object")
    for one in asked:
        for name in ("id", "header", "question"):
            require(one, name, str)
        for option in require(one, "options", list):
            if not (isinstance(option, dict) and isinstance(option.get("label"), str)):
                raise BadCall("failed to parse function arguments: an option has no label")
    if len({one["id"] for one in asked}) < len(asked) or not asked:
        raise BadCall("failed to parse function arguments: each question needs an id of its own")
    return Questions(call_id=call_id, asked=tuple(asked))


class AskingUser(Inquiry):
    """The way of one call that asks the user.

    Args:
        questions: What is asked.
        around: The turn it belongs to.
    """

    flag = "waitingOnUserInput"

    def __init__(self, questions: Questions, around: Surroundings) -> None:
        super().__init__(questions.call_id, around)
        self.questions = questions

    def facts(self) -> dict[str, Any]:
        """Give the questions."""
        return {"questions": list(self.questions.asked)}

    def put(self, request_id: int, facts: dict[str, Any]) -> None:
        """Ask the user."""
        self.around.events.user_asked(request_id, facts)

    def take(self, answer: dict[str, Any]) -> dict[str, list[str]]:
        """Take the answers to what was asked, by the ids of the questions."""
        given = answer.get("answers")
        known = {one["id"] for one in self.questions.asked}
        return {
            name: [text for text in one["answers"] if isinstance(text, str)]
            for name, one in (given.items() if isinstance(given, dict) else ())
            if name in known and isinstance(one, dict) and isinstance(one.get("answers"), list)
        }

    def tell(self, taken: dict[str, list[str]]) -> str:
        """Tell the model the answers, as Codex 0.163.0 does."""
        answers = {name: {"answers": texts} for name, texts in taken.items()}
        return json.dumps({"answers": answers}, ensure_ascii=False, separators=(",", ":"))
