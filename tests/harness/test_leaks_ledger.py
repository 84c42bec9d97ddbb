"""The ledger knows what is open, who opened it, and from which line."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from seatrial.conformance import open_trial
from seatrial.home import home
from seatrial.leaks import RUN, Kind, Ledger, ledger
from seatrial.leaks.ledger import read_log
from seatrial.peer import Peer
from seatrial.process import GENTLE, Command, spawn
from seatrial.servers import resolve
from seatrial.transport import memory_pair


@pytest.fixture
def mine() -> Ledger:
    made = Ledger()
    made.test = "the test"
    return made


def test_what_is_open_is_unsettled_until_it_is_settled(mine: Ledger) -> None:
    one = mine.open(Kind.HOME, "one")
    other = mine.open(Kind.PROVIDER, "other", port=7)
    assert mine.unsettled() == [one, other]
    assert [entry.settled for entry in (one, other)] == [False, False]
    one.settle()
    one.settle()
    assert [entry.settled for entry in (one, other)] == [True, False]
    assert mine.unsettled() == [other]
    assert other.facts == {"port": 7}
    assert mine.opened == 2


def test_an_entry_knows_its_owner_and_its_place(mine: Ledger) -> None:
    frame = inspect.currentframe()
    assert frame is not None
    entry = mine.open(Kind.PROCESS, "sleep 1", pid=12)
    assert entry.place == f"{__file__}:{frame.f_lineno - 1}"
    assert str(entry) == f"sleep 1 (pid 12), opened by the test at {entry.place}"
    mine.test = "another"
    assert mine.unsettled("another") == []
    assert mine.unsettled("the test") == [entry]


def test_a_check_owns_what_it_opens_in_its_own_context_only() -> None:
    made = Ledger()

    async def check(name: str, turn: asyncio.Barrier) -> str:
        with made.owned_by(name):
            await turn.wait()
            return made.open(Kind.HOME, "h").owner

    async def main() -> tuple[str, str]:
        turn = asyncio.Barrier(2)
        return await asyncio.gather(check("a", turn), check("b", turn))

    assert list(asyncio.run(main())) == ["a", "b"]
    assert made.open(Kind.HOME, "h").owner == ""


def test_where_tests_run_the_check_is_a_fact(mine: Ledger) -> None:
    with mine.owned_by("approvals.x (app_v2)"):
        entry = mine.open(Kind.HOME, "h")
    assert (entry.owner, entry.facts) == ("the test", {"check": "approvals.x (app_v2)"})


def test_the_log_holds_what_is_open(mine: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "log"
    mine.log_to(file)
    one, other = mine.open(Kind.HOME, "one"), mine.open(Kind.PROCESS, "other", pid=3)
    one.settle()
    run, rows = read_log(file)
    assert run == str(RUN)
    assert [(row["kind"], row["name"], row["owner"]) for row in rows] == [
        ("process", "other", "the test")
    ]
    assert rows[0]["facts"] == {"pid": 3}
    assert rows[0]["place"].startswith(__file__)
    other.settle()
    assert [json.loads(line) for line in file.read_text().splitlines()] == [{"run": str(RUN)}]
    with file.open("a") as end:
        end.write('{"open": 9, "ki')  # a worker was killed while it wrote
    assert read_log(file) == (str(RUN), [])
    assert read_log(tmp_path / "none") == ("", [])


def test_a_fork_begins_anew(mine: Ledger, tmp_path: Path) -> None:
    mine.log_to(tmp_path / "log")
    mine.open(Kind.HOME, "the parent's")
    mine.forget()
    mine.open(Kind.HOME, "the child's").settle()
    assert mine.unsettled() == []
    assert [row["name"] for row in read_log(tmp_path / "log")[1]] == ["the parent's"]


FORKS = """
import os
from seatrial.leaks import Kind, ledger
ledger.open(Kind.TASK, "the parent's")
pid = os.fork()
if pid == 0:
    os._exit(len(ledger.unsettled()))
print(os.waitpid(pid, 0)[1], len(ledger.unsettled()))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_every_fork_begins_anew() -> None:
    words = [sys.executable, "-c", FORKS]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout == "0 1\n"


def _opened_here(before: int) -> list[str]:
    return [one.kind for one in ledger.unsettled() if one.number > before]


def _number() -> int:
    entry = ledger.open(Kind.TASK, "a number")
    entry.settle()
    return entry.number


def test_a_home_is_in_the_ledger_until_it_is_gone(homes: Path) -> None:
    before = _number()
    with home() as made:
        (entry,) = [one for one in ledger.unsettled() if one.number > before]
        assert (entry.kind, entry.name) == (Kind.HOME, str(made.root))
        assert entry.place.startswith(__file__)
    assert entry.settled
    with home() as kept:
        owner = json.loads((kept.root / "owner.json").read_text())
    assert owner == {"run": str(RUN), "kept": False}


def test_a_home_that_cannot_be_removed_stays_open(homes: Path) -> None:
    before = _number()
    with pytest.MonkeyPatch.context() as patch, home() as made:
        patch.setattr("shutil.rmtree", lambda *_, **__: None)
        (entry,) = [one for one in ledger.unsettled() if one.number > before]
    assert not entry.settled
    assert made.root.exists()
    entry.settle()


def test_a_trial_and_its_server_are_in_the_ledger_while_they_run() -> None:
    async def main() -> None:
        before = _number()
        async with open_trial(resolve("reference"), "app_v2", owner="the check") as trial:
            async with trial.agent():
                assert _opened_here(before) == ["home", "provider", "process"]
                (entry,) = [e for e in ledger.unsettled() if e.kind is Kind.PROCESS][-1:]
                assert entry.facts["pid"] == trial.process.pid
                assert entry.place.startswith(__file__)
                assert "the check" in {entry.owner, entry.facts.get("check")}
            assert _opened_here(before) == ["home", "provider"]
        assert _opened_here(before) == []

    asyncio.run(main())


def test_what_a_server_leaves_is_noted_as_its_own(tmp_path: Path) -> None:
    async def main() -> int:
        words = ("sh", "-c", "sleep 611 & echo; exit")
        command = Command(argv=words, env={"PATH": "/bin:/usr/bin"}, cwd=tmp_path)
        async with spawn(command, stderr_file=tmp_path / "err", ending=GENTLE) as process:
            await process.exited
            return process.pid

    pid = asyncio.run(main())
    (left,) = [one for one in ledger.left if one.entry.facts["pid"] == pid]
    assert len(left.what) == 1
    assert "sleep 611" in left.what[0]
    assert left.entry.settled


def test_a_request_that_was_never_answered_stays_open() -> None:
    async def main() -> None:
        ours, theirs = memory_pair()
        peer = Peer(ours)
        peer.open()
        for number in (1, 2):
            theirs.send(b'{"id": %d, "method": "ask/me", "params": {}}\n' % number)
        await peer.wait_for("it", lambda entry: entry if entry.seq == 1 else None)
        peer.respond(next(iter(peer.unanswered.values())), {})
        before = _number()
        await peer.close()
        await peer.close()
        (entry,) = [one for one in ledger.unsettled() if one.number > before]
        assert (entry.kind, entry.name) == (Kind.REQUEST, "ask/me, never answered")
        entry.settle()

    asyncio.run(main())
