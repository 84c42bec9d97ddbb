"""Messages of another shape than the dialect's: the server's failure, never an error of ours."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.dialects import AppV2, Misshapen, Policy, Sandbox
from seatrial.dialects.app_v2_turn import ThreadTurn
from seatrial.dialects.shape import member
from seatrial.journal import Cursor, Direction, Journal
from seatrial.jsonrpc import parse
from seatrial.peer import Peer
from seatrial.transport import memory_pair

if TYPE_CHECKING:
    from tests.harness.conftest import Connect, Run

NO_THREADS: list[Any] = [
    None,
    [],
    "t1",
    {},
    {"thread": None},
    {"thread": []},
    {"thread": {"id": 7}},
]


@pytest.mark.parametrize("result", NO_THREADS)
def test_a_thread_without_a_name(run: Run, connect: Connect, result: Any) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            starting = asyncio.ensure_future(
                AppV2(peer).start(cwd=Path("/w"), policy=Policy.NEVER, sandbox=Sandbox.READ_ONLY)
            )
            server.says(id=(await server.hears("thread/start"))["id"], result=result)
            with pytest.raises(Misshapen, match=r"(?s)the thread .*thread\.id") as caught:
                await starting
            assert caught.value.by_server

    run(main())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["threadId", "item", "type", "id", "turn", "error", "message"]), inner
        )
    ),
    max_leaves=8,
)
methods = st.sampled_from(
    [
        "item/started",
        "item/completed",
        "turn/completed",
        "turn/started",
        "serverRequest/resolved",
        "item/commandExecution/requestApproval",
    ]
)


@given(st.lists(st.tuples(methods, st.booleans(), json_values), max_size=6))
def test_a_turn_is_read_out_of_anything(messages: list[tuple[str, bool, Any]]) -> None:
    async def main() -> None:
        journal = Journal()
        for number, (method, asks, params) in enumerate(messages):
            raw: dict[str, Any] = {"method": method, "params": params}
            if asks:
                raw["id"] = number
            message = parse(_line(raw))
            journal.append(Direction.SERVER, message)
        peer = Peer(memory_pair()[0], journal=journal)
        turn = ThreadTurn(
            peer, thread_id="t1", turn_id="u1", since=Cursor(), others=frozenset({"t2"})
        )
        assert len(turn.approvals()) <= len(messages)
        assert len(turn.commands()) <= len(messages)
        assert len(turn.events()) <= len(messages)

    asyncio.run(main())


def _line(raw: dict[str, Any]) -> bytes:
    return json.dumps(raw).encode()


@pytest.mark.parametrize("value", [None, [], "x", {}, {"turn": [1]}])
def test_a_member_that_is_no_object_is_an_empty_one(value: Any) -> None:
    assert member(value, "turn") == {}
    assert member({"turn": {"id": value}}, "turn") == {"id": value}
