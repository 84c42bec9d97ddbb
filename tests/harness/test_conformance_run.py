"""A whole run: what is selected, whether the server can be judged, and what comes of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.harness.checks import fails, holds, suite

from seatrial.conformance import (
    CannotJudge,
    Case,
    CheckResult,
    Divergence,
    NothingSelected,
    Trial,
    Verdict,
    cases,
    preflight,
    run_cases,
)
from seatrial.conformance import run as run_suites
from seatrial.process import layer
from seatrial.servers import resolve

if TYPE_CHECKING:
    from tests.harness.conftest import Fake, Run


async def speaks(trial: Trial) -> None:
    async with trial.agent() as agent:
        await agent.fence()
        trial.saw.equal("how it is reached", expected="unix", arrived=trial.server.transport)


FOUR = suite({"b.x.one": holds, "a.x.two": holds, "a.y.three": holds, "a.z.later": None})


# Selection


@pytest.mark.parametrize(
    ("only", "selected"),
    [
        ((), ["b.x.one", "a.x.two", "a.y.three"]),
        (("a",), ["a.x.two", "a.y.three"]),
        (("a.x",), ["a.x.two"]),
        (("a.x.two",), ["a.x.two"]),
        (("*.x.*",), ["b.x.one", "a.x.two"]),
        (("a.y", "b"), ["b.x.one", "a.y.three"]),
    ],
)
def test_what_is_selected_comes_in_the_manifests_order(
    fake: Fake, only: tuple[str, ...], selected: list[str]
) -> None:
    assert [case.requirement.id for case in cases([FOUR], fake(), only=only)] == selected


@pytest.mark.parametrize(
    ("pattern", "cause"),
    [
        ("c", "is it misspelled?"),
        ("a.x.tw", "is it misspelled?"),
        ("A.*", "is it misspelled?"),
        ("a.z", "it has no check yet: later"),
    ],
)
def test_a_pattern_that_selects_nothing_is_an_error(fake: Fake, pattern: str, cause: str) -> None:
    with pytest.raises(NothingSelected, match="nothing to judge under") as caught:
        cases([FOUR], fake(), only=["a.x", pattern])
    assert caught.value.cause == cause
    assert caught.value.arrived == repr(pattern)


def test_a_dialect_that_the_server_does_not_speak(fake: Fake) -> None:
    assert len(cases([FOUR], fake(), dialect="app_v2")) == 3
    with pytest.raises(NothingSelected, match="not said to speak mcp") as caught:
        cases([FOUR], fake(), dialect="mcp")
    assert caught.value.expected == "one of app_v2"


def test_each_transport_is_judged_in_the_dialects_that_it_carries(fake: Fake) -> None:
    transports = ["stdio", {"name": "unix", "ready": "x", "dialects": ["app_v2"]}]
    server = replace(fake(dialects=["app_v2", "mcp"], transports=transports), fixed=False)
    both = suite({"a.b": holds}, fields={"a.b": {"dialects": ["app_v2", "mcp"]}})
    found = {
        transport: [case.label for case in cases([both], server, transport=transport)]
        for transport in (None, "unix", "all")
    }
    usual, unusual = ["a.b [app_v2]", "a.b [mcp]"], ["a.b [app_v2, unix]"]
    assert found == {None: usual, "unix": unusual, "all": usual + unusual}
    with pytest.raises(NothingSelected, match="not said to speak mcp"):
        cases([both], server, transport="unix", dialect="mcp")
    with pytest.raises(NothingSelected, match="not said to be reached over websocket") as caught:
        cases([both], server, transport="websocket")
    assert caught.value.expected == "one of stdio, unix"


def test_a_run_over_a_transport_says_so_and_how_to_run_it_again(run: Run) -> None:
    async def main() -> None:
        server = resolve("reference")
        result = await run_suites(server, [suite({"a.b": speaks})], transport="unix")
        (judged,) = result.results
        assert (judged.verdict, judged.where) == (Verdict.PASS, "app_v2, unix")
        assert judged.rerun.endswith("--dialect app_v2 --transport unix")
        assert result.server.command[-2:] == ("--listen", "unix://${socket}")

    run(main())


def test_a_requirement_of_other_dialects_is_left_out(fake: Fake) -> None:
    one = suite({"a.b": holds, "a.c": holds}, fields={"a.b": {"dialects": ["mcp"]}})
    assert [case.requirement.id for case in cases([one], fake())] == ["a.c"]


def test_what_does_not_apply_says_why(fake: Fake) -> None:
    server = fake(claims=[{"name": "c", "until": "1.0"}]).at("1.5")
    one = suite(
        {"a.a": holds, "a.b": holds, "a.c": holds, "a.d": holds, "a.e": holds},
        fields={
            "a.a": {"needs": ["c"]},
            "a.b": {"needs": ["other"]},
            "a.c": {"releases": {"fake": {"since": "2.0"}}},
            "a.d": {"releases": {"fake": {"since": "1.0"}, "codex": {"since": "9"}}},
        },
    )
    assert [case.inapplicable for case in cases([one], server)] == [
        "Fake 1.5 has no c",
        "Fake does not claim other",
        "it does not hold for Fake 1.5",
        "",
        "",
    ]


# Preflight


def test_the_look_before_returns_what_the_server_said(run: Run, fake: Fake, homes: Path) -> None:
    info = run(preflight(fake(), "app_v2"))
    assert (info.release, info.user_agent) == ("1.2.3", "fake/1.2.3 (test)")
    assert list(homes.iterdir()) == []


def test_what_a_server_leaves_in_its_temporary_folder_goes_with_its_home(
    run: Run, fake: Fake, homes: Path
) -> None:
    leaves = """
        import json, os, sys, tempfile
        made = tempfile.mkdtemp()
        message = json.loads(sys.stdin.readline())
        answer = {"id": message["id"], "result": {"userAgent": f"fake/{os.path.dirname(made)}"}}
        print(json.dumps(answer), flush=True)
        sys.stdin.read()
        """
    said = run(preflight(fake(leaves), "app_v2")).user_agent
    assert Path(said.removeprefix("fake/")).is_relative_to(homes)
    assert list(homes.iterdir()) == []


@pytest.mark.parametrize(
    ("program", "what", "evidence"),
    [
        (("/no/such/program",), "cannot start '/no/such/program'", ""),
        (
            "import sys; print('bad config', file=sys.stderr); sys.exit(3)",
            "the server was gone while we waited for the answer to initialize",
            "exit status 3\nlast of its stderr:\n  bad config",
        ),
        (
            "import sys; print('Welcome', flush=True); sys.stdin.read()",
            "the server does not speak app_v2",
            "← not a message",
        ),
        (
            """
            import json, sys
            message = json.loads(sys.stdin.readline())
            answer = {"jsonrpc": "2.0", "id": message["id"], "result": {"serverInfo": {}}}
            print(json.dumps(answer), flush=True)
            sys.stdin.read()
            """,
            "the server does not speak app_v2",
            "answer to #1",
        ),
    ],
    ids=["missing", "dies", "banner", "MCP"],
)
def test_a_server_that_cannot_be_judged(
    run: Run, fake: Fake, program: Any, what: str, evidence: str
) -> None:
    with pytest.raises(CannotJudge, match="cannot judge fake") as caught:
        run(preflight(fake(program), "app_v2"))
    assert caught.value.what == f"cannot judge fake: {what}"
    assert evidence in caught.value.evidence
    assert caught.value.remedy


def test_a_server_that_never_answers_cannot_be_judged(run: Run, fake: Fake) -> None:
    with pytest.raises(CannotJudge, match="it never answered the first message") as caught:
        run(preflight(fake("import sys; sys.stdin.read()"), "app_v2", timeout=0))
    assert "still running" in caught.value.evidence


# Runs


def test_results_come_in_the_order_of_the_cases(run: Run, fake: Fake) -> None:
    second_began = asyncio.Event()

    async def waits(trial: Trial) -> None:
        await second_began.wait()
        await holds(trial)

    async def begins(trial: Trial) -> None:
        second_began.set()
        await fails(trial)

    one = suite({"a.first": waits, "a.second": begins})
    heard: list[tuple[str, Verdict | None]] = []

    def progress(case: Case, result: CheckResult | None) -> None:
        heard.append((case.requirement.id, result.verdict if result else None))

    server = fake()
    results = run(run_cases(cases([one], server), server, jobs=2, progress=progress))
    assert [result.verdict for result in results] == [Verdict.PASS, Verdict.FAIL]
    assert heard == [
        ("a.first", None),
        ("a.second", None),
        ("a.second", Verdict.FAIL),
        ("a.first", Verdict.PASS),
    ]


def test_no_more_run_at_once_than_there_are_jobs(run: Run, fake: Fake) -> None:
    running: set[str] = set()
    most = 0

    def watch(case: Case, result: CheckResult | None) -> None:
        nonlocal most
        (running.discard if result else running.add)(case.requirement.id)
        most = max(most, len(running))

    one = suite({f"a.c{n}": holds for n in range(5)})
    server = fake()
    assert len(run(run_cases(cases([one], server), server, jobs=2, progress=watch))) == 5
    assert most == 2


def test_a_run_judges_everything(run: Run, fake: Fake) -> None:
    async def works(trial: Trial) -> None:
        async with trial.agent() as agent:
            trial.saw.equal("the dialect", expected="app_v2", arrived=agent.dialect)

    one = suite(
        {
            "a.pass": works,
            "a.known": fails,
            "a.racy": holds,
            "a.stale": holds,
            "a.old": fails,
            "b.later": None,
        },
        fields={"a.old": {"releases": {"fake": {"until": "1.0"}}}},
        divergences=(
            Divergence(requirement="a.known", profile="fake", reason="r", evidence="e"),
            Divergence(
                requirement="a.racy", profile="fake", reason="r", evidence="e", sometimes=True
            ),
        ),
    )
    also = Divergence(
        requirement="a.stale", profile="fake", reason="r", evidence="e", since="1.2.3"
    )
    planned: list[Any] = []
    result = run(
        run_suites(
            fake(), [one], baseline=[also], planned=lambda server, todo: planned.extend(todo)
        )
    )
    assert {one.requirement: one.verdict for one in result.results} == {
        "a.pass": Verdict.PASS,
        "a.known": Verdict.EXPECTED_FAILURE,
        "a.racy": Verdict.PASS,
        "a.stale": Verdict.STALE,
        "a.old": Verdict.NOT_APPLICABLE,
    }
    assert result.results[4].reason == "it does not hold for Fake 1.2.3"
    assert result.results[4].duration == 0
    assert [row.requirement for row in result.deferred] == ["b.later"]
    assert result.deferred[0].reason == "later"
    assert len(planned) == 5
    assert (result.server.release, result.server.title) == ("1.2.3", "Fake 1.2.3")
    assert result.server.user_agent == "fake/1.2.3 (test)"
    assert result.layer == layer().name
    assert datetime.fromisoformat(result.started).tzinfo is not None
    assert result.exit_status == 1


def test_deferred_ones_are_selected_too(run: Run, fake: Fake) -> None:
    one = suite({"a.x": holds, "a.later": None, "b.later": None})
    result = run(run_suites(fake(), [one], only=["a"]))
    assert [row.requirement for row in result.deferred] == ["a.later"]
    assert result.exit_status == 0


def test_a_bad_selection_is_said_before_the_server_is_started(run: Run, fake: Fake) -> None:
    with pytest.raises(NothingSelected):
        run(run_suites(fake(("/no/such/program",)), [FOUR], only=["c"]))
    with pytest.raises(CannotJudge):
        run(run_suites(fake(("/no/such/program",)), [FOUR], only=["a"]))
