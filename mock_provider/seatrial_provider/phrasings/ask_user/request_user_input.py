"""Calls the function `request_user_input`.

Shape: Codex 0.98.0 to 0.163.0; in the default mode with `default_mode_request_user_input`.
"""

from seatrial_provider.intents import AskUser, Option, Question
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _say(intent: AskUser, offer: Offer) -> OutputItem:
    questions = [_question(number, one) for number, one in enumerate(intent.questions, start=1)]
    return offer.call(intent, {"questions": questions})


def _question(number: int, asked: Question) -> JsonObject:
    id_ = asked.id or f"question_{number}"
    return {
        "id": id_,
        "header": asked.header or id_,
        "question": asked.question,
        "options": [_option(option) for option in asked.options],
    }


def _option(option: Option) -> JsonObject:
    return {"label": option.label, "description": option.description}


PHRASING = Phrasing(
    intent=AskUser,
    tool="request_user_input",
    recognises=function_named("request_user_input", questions="array"),
    say=_say,
)
