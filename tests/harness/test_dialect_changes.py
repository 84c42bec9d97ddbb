"""File changes and inquiries: what each generation of servers shows is read alike."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.dialects import (
    AppV1,
    AppV2,
    AskedAgain,
    Decision,
    EventKind,
    FileChange,
    Mcp,
    Permissions,
    Policy,
    Sandbox,
    Scope,
    Turn,
    TurnOver,
    UserQuestion,
)
from seatrial.dialects.changes import core_changes, thread_changes
from seatrial.dialects.history import NotSpoken

if TYPE_CHECKING:
    from tests.harness.conftest import Connect, FakeServer, Run

SETTINGS: Any = {"cwd": Path("/w"), "policy": Policy.UNTRUSTED, "sandbox": Sandbox.READ_ONLY}
DIFF = "@@ -1 +1 @@\n-a\n+b\n"
UPDATED = FileChange(path="/w/a", kind="update", diff=DIFF, move_to="/w/b")


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ({"type": "add", "content": "x\n"}, FileChange(path="/w/a", kind="add", diff="x\n")),
        ({"add": {"content": "x\n"}}, FileChange(path="/w/a", kind="add", diff="x\n")),
        ("delete", FileChange(path="/w/a", kind="delete", diff="")),
        ({"type": "update", "unified_diff": DIFF, "move_path": "/w/b"}, UPDATED),
        ({"update": {"unified_diff": DIFF, "move_path": "/w/b"}}, UPDATED),
    ],
    ids=["add", "add of 0.34.0", "delete of 0.20.0", "update", "update of 0.34.0"],
)
def test_a_change_of_the_core_is_read_in_each_generation(shown: Any, read: FileChange) -> None:
    assert core_changes({"/w/a": shown}) == (read,)


def test_where_a_file_is_moved_to_is_no_part_of_its_diff() -> None:
    kind = {"type": "update", "move_path": "/w/b"}
    plain = {"path": "/w/a", "kind": kind, "diff": DIFF}
    noted = {**plain, "diff": f"{DIFF}\n\nMoved to: /w/b"}
    assert thread_changes({"changes": [plain, noted]}) == (UPDATED, UPDATED)


def test_no_changes_are_read_where_none_are_shown() -> None:
    assert core_changes(None) == ()
    assert thread_changes({}) == ()


async def thread_turn(agent: AppV2, server: FakeServer) -> Turn:
    """Starts a turn of a thread, with the server played by hand."""
    starting = asyncio.ensure_future(agent.start(**SETTINGS))
    message = await server.hears("thread/start")
    server.says(id=message["id"], result={"thread": {"id": "t1"}})
    sending = asyncio.ensure_future((await starting).send("do it"))
    message = await server.hears("turn/start")
    server.says(id=message["id"], result={"turn": {"id": "u1"}})
    return await sending


def item(state: str, status: str = "inProgress") -> dict[str, Any]:
    changes = [{"path": "/w/a", "kind": {"type": "add"}, "diff": "x\n"}]
    shown = {"type": "fileChange", "id": "c1", "status": status, "changes": changes}
    return {"method": f"item/{state}", "params": {"threadId": "t1", "item": shown}}


def asks(method: str, **params: Any) -> dict[str, Any]:
    where = {"threadId": "t1", "turnId": "u1", "itemId": "c1"}
    return {"id": 7, "method": method, "params": {**where, **params}}


def test_a_file_change_of_a_thread_is_shown_by_its_item(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            turn = await thread_turn(AppV2(peer), server)
            server.says(**item("started"))
            server.says(**asks("item/fileChange/requestApproval"))
            approval = await turn.approval()
            assert approval.changes == (FileChange(path="/w/a", kind="add", diff="x\n"),)
            assert approval.about == "a change of /w/a"
            turn.answer(approval, Decision.DECLINE)
            assert (await server.hears())["result"] == {"decision": "decline"}
            server.says(**item("completed", "declined"))
            ended = {"threadId": "t1", "turn": {"status": "completed"}}
            server.says(method="turn/completed", params=ended)
            await turn.end()
            assert [one.status for one in turn.file_changes()] == ["declined"]
            assert turn.commands() == []
            assert [event.kind for event in turn.events()] == [
                EventKind.FILES_STARTED,
                EventKind.APPROVAL_ASKED,
                EventKind.APPROVAL_ANSWERED,
                EventKind.FILES_COMPLETED,
                EventKind.TURN_COMPLETED,
            ]

    run(main())


def test_a_file_change_of_a_conversation_is_in_its_request(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            starting = asyncio.ensure_future(AppV1(peer).start(**SETTINGS))
            for method in ("newConversation", "addConversationListener"):
                message = await server.hears(method)
                server.says(id=message["id"], result={"conversationId": "t1"})
            sending = asyncio.ensure_future((await starting).send("do it"))
            server.says(id=(await server.hears("sendUserMessage"))["id"], result={})
            turn = await sending
            params = {"conversation_id": "t1", "call_id": "c1", "file_changes": {"/w/a": "delete"}}
            server.says(id=7, method="applyPatchApproval", params=params)
            approval = await turn.approval()
            assert approval.changes == (FileChange(path="/w/a", kind="delete", diff=""),)
            assert approval.fields["item"] == "c1"
            for event in ({"type": "patch_apply_begin"}, {"type": "patch_apply_end"}):
                told = {"conversationId": "t1", "msg": {**event, "call_id": "c1"}}
                server.says(method=f"codex/event/{event['type']}", params=told)
            told = {"conversationId": "t1", "msg": {"type": "task_complete"}}
            server.says(method="codex/event/task_complete", params=told)
            turn.answer(approval, Decision.ACCEPT)
            await turn.end()
            assert [(one.id, one.status) for one in turn.file_changes()] == [("c1", "failed")]
            with pytest.raises(NotSpoken):
                _ = turn.inquiries

    run(main())


def test_a_file_change_of_a_session_is_an_elicitation(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            conversation = await Mcp(peer).start(**SETTINGS)
            turn = await conversation.send("do it")
            call = await server.hears("tools/call")
            shown = {"/w/a": {"type": "add", "content": "x\n"}}
            params = {"codex_mcp_tool_call_id": str(call["id"]), "codex_changes": shown}
            kinds = ("something-else", "patch-approval")
            for number, kind in enumerate(kinds):
                asked = {**params, "codex_elicitation": kind}
                server.says(id=number, method="elicitation/create", params=asked)
            approval = await turn.approval()
            assert approval.request_id == 1
            assert approval.changes == (FileChange(path="/w/a", kind="add", diff="x\n"),)

    run(main())


def test_permissions_are_asked_for_and_granted_in_part(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            turn = await thread_turn(AppV2(peer), server)
            files = {"read": None, "write": ["/a", "/b"]}
            wanted = {"fileSystem": files, "network": {"enabled": True}}
            server.says(
                **asks("item/permissions/requestApproval", permissions=wanted, reason="why")
            )
            request = await turn.inquiries.permissions()
            assert request.wanted == Permissions(write=("/a", "/b"), network=True)
            assert (request.reason, request.fields["item"]) == ("why", "c1")
            turn.inquiries.grant(request, Permissions(write=["/a"]), Scope.SESSION)
            assert (await server.hears())["result"] == {
                "permissions": {"fileSystem": {"write": ["/a"]}},
                "scope": "session",
            }

    run(main())


def test_questions_are_put_and_answered_by_their_ids(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            turn = await thread_turn(AppV2(peer), server)
            option = {"label": "Yes", "description": "on"}
            question = {"id": "go", "header": "Go", "question": "Go on?", "options": [option]}
            server.says(**asks("item/tool/requestUserInput", questions=[question]))
            asked = await turn.inquiries.questions()
            assert asked.questions == (
                UserQuestion(id="go", header="Go", question="Go on?", options=(("Yes", "on"),)),
            )
            turn.inquiries.reply(asked, {"go": ["Yes"]})
            assert (await server.hears())["result"] == {"answers": {"go": {"answers": ["Yes"]}}}

    run(main())


def test_what_is_asked_for_is_one_stream(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            turn = await thread_turn(AppV2(peer), server)
            server.says(**asks("item/tool/requestUserInput", questions=[]))
            with pytest.raises(AskedAgain) as caught:
                await turn.approval()
            assert "item/tool/requestUserInput" in caught.value.arrived
            with pytest.raises(AskedAgain):
                await turn.end()
            with pytest.raises(AskedAgain):
                await turn.inquiries.permissions()
            await turn.inquiries.questions()
            ended = {"threadId": "t1", "turn": {"status": "completed"}}
            server.says(method="turn/completed", params=ended)
            with pytest.raises(TurnOver):
                await turn.inquiries.questions()
            assert peer.unanswered == {}

    run(main())
