"""Defects in single members of messages: what is sent is not what the server's schema says."""

from __future__ import annotations

from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant
from seatrial_reference.wire import Wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_SUBJECT = {"turn/started": "turn", "codex/event/task_started": "msg"}
"""The notification that begins a turn in each dialect, and its member that the defect is in."""


class _Changed(Wire):
    """Changes the object that a notification is about, before it is sent."""

    subjects: Mapping[str, str] = _SUBJECT

    def notify(self, method: str, params: dict[str, Any]) -> None:
        name = self.subjects.get(method)
        if name is not None:
            params = {**params, name: self.change(dict(params[name]))}
        super().notify(method, params)

    def change(self, subject: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


class _WithoutMember(_Changed):
    def change(self, subject: dict[str, Any]) -> dict[str, Any]:
        for name in ("itemsView", "model_context_window"):
            subject.pop(name, None)
        return subject


class _OtherType(_Changed):
    def change(self, subject: dict[str, Any]) -> dict[str, Any]:
        name = "durationMs" if "durationMs" in subject else "model_context_window"
        return {**subject, name: "many"}


class _OneMember(_Changed):
    def change(self, subject: dict[str, Any]) -> dict[str, Any]:
        return {**subject, "mood": "cheerful"}


class _OtherValue(_Changed):
    subjects: Mapping[str, str] = {
        "item/started": "item",
        "item/completed": "item",
        "codex/event/exec_command_begin": "msg",
    }

    def change(self, subject: dict[str, Any]) -> dict[str, Any]:
        return {**subject, "source": "robot"} if "source" in subject else subject


class _OneNotification(Wire):
    extra: Mapping[str, str] = {
        "turn/started": "turn/cheered",
        "codex/event/task_started": "codex/event/task_cheered",
    }

    def notify(self, method: str, params: dict[str, Any]) -> None:
        super().notify(method, params)
        if method in self.extra:
            super().notify(self.extra[method], params)


class _OtherAnswer(Wire):
    def respond(self, request_id: Any, result: Any) -> None:
        if "nextCursor" in result:
            result = {**result, "nextCursor": 0}
        super().respond(request_id, result)


class _OtherQuestion(Wire):
    def request(self, request_id: int, method: str, params: dict[str, Any]) -> None:
        super().request(request_id, method, {**params, "cwd": [params.get("cwd")]})


def _with_hole() -> dict[str, Any]:
    from seatrial_reference.schema import document

    whole = document()
    del whole["definitions"]["Policy"]
    return whole


VARIANTS = (
    Variant(
        name="schema-with-hole",
        defect="The schema that the server writes refers to a definition that it does not have.",
        parts=Parts(document=_with_hole),
    ),
    Variant(
        name="message-without-member",
        defect="The notification of a turn's begin lacks a member.",
        parts=Parts(wire=_WithoutMember),
    ),
    Variant(
        name="message-other-type",
        defect="The notification of a turn's begin has a text where a number belongs.",
        parts=Parts(wire=_OtherType),
    ),
    Variant(
        name="message-other-value",
        defect="A command is said to come from a source that there is not.",
        parts=Parts(wire=_OtherValue),
    ),
    Variant(
        name="message-other-answer",
        defect="The cursor in the answer to a list is a number.",
        parts=Parts(wire=_OtherAnswer),
    ),
    Variant(
        name="message-other-question",
        defect="The request for approval has a list of folders in the place of the folder.",
        parts=Parts(wire=_OtherQuestion),
    ),
    Variant(
        name="message-undeclared",
        defect="A notification is sent that the server's schema does not have.",
        parts=Parts(wire=_OneNotification),
    ),
    Variant(
        name="message-undescribed-member",
        defect="A notification has a member that the server's schema does not describe.",
        parts=Parts(wire=_OneMember),
    ),
)
