"""What the model asks of the client, in the app-server's v2 words.

Source of the shapes: the schema that Codex 0.163.0 writes of itself (`--experimental`), and
conversations recorded with 0.130.0 and 0.163.0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from seatrial.dialects.inquiries import (
    Inquiry,
    PermissionRequest,
    Permissions,
    Scope,
    UserQuestion,
    UserQuestions,
)
from seatrial.dialects.shape import member, named, tables
from seatrial.journal import Entry
from seatrial.peer import Peer

if TYPE_CHECKING:
    from seatrial.dialects.turn import JournalTurn

__all__ = ["ThreadInquiries", "inquiry"]

PERMISSIONS = "item/permissions/requestApproval"
QUESTIONS = "item/tool/requestUserInput"
WHERE = {"conversation": "threadId", "turn": "turnId", "item": "itemId"}


def inquiry(entry: Entry) -> Inquiry | None:
    """Returns what a request of the server's asks of the client, if it is no approval."""
    params = member(entry.raw, "params")
    if entry.is_request(PERMISSIONS):
        return PermissionRequest(
            entry=entry,
            fields=named(params, WHERE),
            wanted=_read(member(params, "permissions")),
            reason=params.get("reason"),
            cwd=params.get("cwd"),
        )
    if entry.is_request(QUESTIONS):
        questions = tuple(_question(one) for one in tables(params, "questions"))
        return UserQuestions(entry=entry, fields=named(params, WHERE), questions=questions)
    return None


class ThreadInquiries:
    """What the model asks of the client in a turn of a thread."""

    def __init__(self, peer: Peer, turn: JournalTurn) -> None:
        self._peer = peer
        self._turn = turn

    async def permissions(self) -> PermissionRequest:
        """Waits for `item/permissions/requestApproval`.

        Raises:
            TurnOver: The turn ended instead.
            AskedAgain: It asks for something else instead.
        """
        return await self._turn.next_asked(PermissionRequest, PERMISSIONS)

    def grant(self, request: PermissionRequest, granted: Permissions, scope: Scope) -> Entry:
        """Answers with the permissions and their scope."""
        result = {"permissions": _written(granted), "scope": scope}
        return self._peer.respond(request.entry, result)

    async def questions(self) -> UserQuestions:
        """Waits for `item/tool/requestUserInput`.

        Raises:
            TurnOver: The turn ended instead.
            AskedAgain: It asks for something else instead.
        """
        return await self._turn.next_asked(UserQuestions, QUESTIONS)

    def reply(self, asked: UserQuestions, answers: Mapping[str, Sequence[str]]) -> Entry:
        """Answers with the texts for each question."""
        said = {name: {"answers": list(texts)} for name, texts in answers.items()}
        return self._peer.respond(asked.entry, {"answers": said})


def _question(given: dict[str, Any]) -> UserQuestion:
    options = [(str(o.get("label")), str(o.get("description"))) for o in tables(given, "options")]
    return UserQuestion(
        id=str(given.get("id")),
        header=str(given.get("header")),
        question=str(given.get("question")),
        options=tuple(options),
    )


def _read(given: dict[str, Any]) -> Permissions:
    files = member(given, "fileSystem")
    return Permissions(
        read=tuple(files.get("read") or ()),
        write=tuple(files.get("write") or ()),
        network=member(given, "network").get("enabled") is True,
    )


def _written(granted: Permissions) -> dict[str, Any]:
    """Writes what is granted, and nothing of what is not."""
    files = {"read": list(granted.read), "write": list(granted.write)}
    named_files = {access: paths for access, paths in files.items() if paths}
    written: dict[str, Any] = {"fileSystem": named_files} if named_files else {}
    if granted.network:
        written["network"] = {"enabled": True}
    return written
