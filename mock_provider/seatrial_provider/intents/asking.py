"""The intent to ask the user, and what a question is."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Annotated

from annotated_types import MinLen

from seatrial_provider.intents.base import Call
from seatrial_provider.intents.values import Filled, Value


@dataclass(frozen=True, slots=True)
class Option(Value):
    """One answer that the user can choose.

    Attributes:
        label: The answer.
        description: What choosing it means.
    """

    label: Filled
    description: str = ""


@dataclass(frozen=True, slots=True)
class Question(Value):
    """One question to the user.

    Attributes:
        question: The question.
        options: The answers to choose from.
        id: The name under which the answer comes back; None takes `question_1` and so on.
        header: A few words above the question; None takes its id.
    """

    question: Filled
    _: KW_ONLY
    options: Sequence[Option] = ()
    id: Filled | None = None
    header: Filled | None = None


@dataclass(frozen=True, slots=True)
class AskUser(Call):
    """The model asks the user.

    Attributes:
        questions: The questions, in order.
    """

    questions: Annotated[Sequence[Question], MinLen(1)]
