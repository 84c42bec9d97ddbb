"""Questions to the user: they reach the client whole, and each answer reaches the model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from seatrial.conformance import Trial, check
from seatrial.dialects import Policy, Sandbox, UserQuestions
from seatrial_provider import Option, Question, ask_user, reply, say
from seatrial_suites.approvals.scenes import told

__all__ = ["answered", "unanswered"]

QUESTIONS = (
    Question(
        "Shall it go on?",
        options=[Option("Yes", "It goes on."), Option("No", "It stops.")],
        id="go_on",
        header="Go on",
    ),
    Question(
        "Which way?",
        options=[Option("Left", "Over the hill."), Option("Right", "Along the river.")],
        id="which_way",
        header="Way",
    ),
    Question(
        "How far?",
        options=[Option("Near", "A mile."), Option("Far", "Ten miles.")],
        id="how_far",
        header="Distance",
    ),
)
ANSWERS: Mapping[str, Sequence[str]] = {
    "go_on": ["Yes"],
    "which_way": ["across the water, in a boat"],
    "how_far": ["Far", "as far as it goes"],
}
"""One of the options, a text of the user's own, and both."""


@check("approvals.user-input.answered")
async def answered(trial: Trial) -> None:
    """Every question is shown with its options, and each answer is told under its question's id."""
    trial.model(reply(ask_user(QUESTIONS)), reply(say("done")))
    async with trial.agent() as agent:
        conversation = await agent.start(
            cwd=trial.workspace, policy=Policy.ON_REQUEST, sandbox=Sandbox.READ_ONLY
        )
        turn = await conversation.send("ask me")
        asked = await turn.inquiries.questions()
        trial.saw.equal(
            "the questions in the request",
            expected=[_wished(question) for question in QUESTIONS],
            arrived=_shown(asked),
            cause="is a question, or a part of one, lost on its way to the user?",
        )
        trial.saw.equal(
            "the turn that the request names",
            expected=(conversation.id, turn.id),
            arrived=(asked.fields.get("conversation"), asked.fields.get("turn")),
            cause="is the request put to another conversation?",
        )
        turn.inquiries.reply(asked, ANSWERS)
        end = await turn.end()
        await agent.fence()
        trial.saw.equal(
            "the answers that the model was told, by the ids of the questions",
            expected={name: sorted(texts) for name, texts in ANSWERS.items()},
            arrived=_told(told(trial.provider.requests[-1])),
            cause="is an answer lost, or told as the answer to another question?",
        )
        trial.saw.equal("how the turn ended", expected="completed", arrived=end.status)


def _wished(question: Question) -> dict[str, Any]:
    options = [(option.label, option.description) for option in question.options]
    return {"id": question.id, "question": question.question, "options": options}


def _shown(asked: UserQuestions) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "question": one.question, "options": list(one.options)}
        for one in asked.questions
    ]


def _told(output: str) -> dict[str, list[str]] | str:
    """Returns the texts told for each question; the output as it is where it is no JSON."""
    try:
        answers = json.loads(output)["answers"]
        return {name: sorted(one["answers"]) for name, one in answers.items()}
    except (ValueError, LookupError, TypeError, AttributeError):
        return output


@check("approvals.user-input.unanswered")
async def unanswered(trial: Trial) -> None:
    """Without an answer the turn goes on, and the model is told of none; an interrupt ends it."""
    trial.model(reply(ask_user(QUESTIONS)), reply(say("then not")), reply(ask_user(QUESTIONS)))
    async with trial.agent() as agent:
        conversation = await agent.start(
            cwd=trial.workspace, policy=Policy.ON_REQUEST, sandbox=Sandbox.READ_ONLY
        )
        turn = await conversation.send("ask me")
        asked = await turn.inquiries.questions()
        agent.peer.respond_error(asked.entry, -32000, "the user does not want to answer")
        end = await turn.end()
        await agent.fence()
        trial.saw.equal(
            "how the turn ended whose questions nobody answered",
            expected="completed",
            arrived=end.status,
            cause="does a question without an answer end the turn, or hold it up?",
        )
        trial.saw.that(
            "what the model was told of questions that nobody answered",
            not any(option in told(trial.provider.requests[-1]) for option in _LABELS),
            expected="none of the options",
            arrived=told(trial.provider.requests[-1]),
            cause="is an answer made up for the user?",
        )
        turn = await conversation.send("ask me again")
        await turn.inquiries.questions()
        await turn.interrupt()
        end = await turn.end()
        trial.saw.equal(
            "how the turn ended that was interrupted while a question was pending",
            expected="interrupted",
            arrived=end.status,
            cause="is a turn that waits for its user deaf to its client?",
        )


_LABELS = [option.label for question in QUESTIONS for option in question.options]
