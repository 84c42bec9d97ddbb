"""A whole run: what is selected, whether the server can be judged, and what comes of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.conformance import (
    CannotJudge,
    Case,
    Check,
    CheckResult,
    Divergence,
    Level,
    NothingSelected,
    Proof,
    Requirement,
    Suite,
    Trial,
    Verdict,
    cases,
    near,
    preflight,
    prove,
    run_cases,
)
from seatrial.conformance import run as run_suites
from seatrial.conformance.proof import KillMatrix, VariantRow
from seatrial.process import layer
from seatrial.servers import resolve

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.harness.conftest import Fake, Run


async def holds(trial: Trial) -> None:
    trial.saw.that("part", True, expected="e", arrived="a")


async def fails(trial: Trial) -> None:
    trial.saw.that("part", False, expected="e", arrived="a")


async def speaks(trial: Trial) -> None:
    async with trial.agent() as agent:
        await agent.fence()
        trial.saw.equal("how it is reached", expected="unix", arrived=trial.server.transport)


def requirement(name: str, **fields: Any) -> Requirement:
    given = {"id": name, "statement": "s", "dialects": ["app_v2"], "source": "here", **fields}
    return Requirement.model_validate(given)


def suite(
    checks: dict[str, Callable[[Trial], Awaitable[None]] | None],
    *,
    fields: dict[str, dict[str, Any]] | None = None,
    **options: Any,
) -> Suite:
    """Makes a suite; a requirement without a check is deferred."""
    given = fields or {}
    return Suite(
        name="s",
        requirements={
            name: requirement(name, **{"deferred": "" if run else "later"} | given.get(name, {}))
            for name, run in checks.items()
        },
        checks={name: Check(requirement=name, run=run) for name, run in checks.items() if run},
        **options,
    )


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


# Proofs


async def kills(trial: Trial) -> None:
    """Passes on the correct server, and fails on a variant called `bad`."""
    good = not trial.server.name.endswith(":bad")
    trial.saw.that("part", good, expected="e", arrived="a")


def proved(run: Run, checks: Any, proofs: dict[str, Proof], *variants: str) -> KillMatrix:
    one = suite(checks, proofs=proofs)
    counted: list[int] = []
    seen: list[tuple[str, str]] = []
    matrix = run(
        prove(
            [one],
            {name: f"the defect of {name}" for name in variants},
            across=True,
            planned=counted.append,
            progress=lambda variant, case: seen.append((variant, case.requirement.id)),
        )
    )
    wanted = {(name, check) for name in ("", *variants) for check in one.checks}
    assert set(seen) == wanted
    assert counted == [len(wanted)]
    return matrix


def test_a_check_is_proved_by_a_variant_that_fails_it(run: Run) -> None:
    matrix = proved(run, {"a.b": kills}, {"bad": Proof(fails=frozenset({"a.b"}))}, "bad")
    assert matrix.surprises == ()
    assert matrix.proved == ("a.b",)
    assert matrix.killers("a.b") == ["bad"]
    assert matrix.exit_status == 0
    correct, bad = matrix.rows
    assert (correct.variant, correct.defect, correct.listed) == ("", "", True)
    assert (bad.defect, bad.reasons) == ("the defect of bad", {"a.b": "part"})


def test_a_check_that_nothing_fails_is_not_proved(run: Run) -> None:
    proofs = {"bad": Proof(fails=frozenset({"a.b"}))}
    matrix = proved(run, {"a.b": kills, "a.c": holds}, proofs, "bad")
    assert matrix.surprises == ()
    assert matrix.proved == ("a.b",)
    assert matrix.exit_status == 1


def test_a_check_that_the_correct_server_fails_is_a_surprise(run: Run) -> None:
    proofs = {"bad": Proof(fails=frozenset({"a.b"}))}
    matrix = proved(run, {"a.b": fails}, proofs, "bad")
    assert matrix.surprises == ("the correct server: a.b came out 'fail', not 'pass'",)
    assert matrix.proved == ()
    assert matrix.exit_status == 1


def test_a_variant_that_trips_more_or_less_than_it_should_is_a_surprise(run: Run) -> None:
    proofs = {
        "bad": Proof(fails=frozenset({"a.c"})),
        "tame": Proof(fails=frozenset({"a.b"}), untestable=frozenset({"a.c"})),
    }
    matrix = proved(run, {"a.b": kills, "a.c": holds}, proofs, "bad", "tame")
    assert matrix.surprises == (
        "the variant bad: a.b came out 'fail', not 'pass'",
        "the variant bad: a.c came out 'pass', not 'fail'",
        "the variant tame: a.b came out 'pass', not 'fail'",
        "the variant tame: a.c came out 'pass', not 'untestable'",
    )
    assert matrix.exit_status == 1


def test_a_variant_without_a_proof_or_without_a_victim_is_a_surprise(run: Run) -> None:
    matrix = proved(run, {"a.b": kills}, {"idle": Proof(fails=frozenset())}, "new", "idle")
    assert matrix.surprises == (
        "the variant new has no proof: nothing says what it must trip",
        "the variant idle is not meant to trip anything: it proves nothing",
    )


def test_a_proof_may_name_a_warning_and_what_is_untestable(run: Run) -> None:
    async def warns(trial: Trial) -> None:
        good = not trial.server.name.endswith(":bad")
        trial.saw.that("part", good, expected="e", arrived="a", level=Level.SHOULD)

    async def builds_on_it(trial: Trial) -> None:
        if trial.server.name.endswith(":bad"):
            raise trial.untestable("no part", expected="e", arrived="a", cause="c")
        await holds(trial)

    proofs = {"bad": Proof(warns=frozenset({"a.b"}), untestable=frozenset({"a.c"}))}
    matrix = proved(run, {"a.b": warns, "a.c": builds_on_it}, proofs, "bad")
    assert matrix.surprises == ()
    assert matrix.rows[1].verdicts == {"a.b": Verdict.WARN, "a.c": Verdict.UNTESTABLE}


def test_a_matrix_of_nothing_proves_nothing() -> None:
    row = VariantRow(
        variant="",
        defect="",
        expected={},
        verdicts={},
        reasons={},
        seen={},
        listed=True,
        meant=frozenset(),
    )
    matrix = KillMatrix(requirements=(), rows=(row,))
    assert (matrix.proved, matrix.surprises, matrix.exit_status) == ((), (), 1)


def test_an_observation_that_no_variant_fails_is_not_proved(run: Run) -> None:
    async def two(trial: Trial) -> None:
        await kills(trial)
        trial.saw.that("never tried", True, expected="e", arrived="a")

    proofs = {"bad": Proof(fails=frozenset({"a.b"}))}
    matrix = proved(run, {"a.b": two}, proofs, "bad")
    assert matrix.surprises == ()
    assert matrix.unproved() == ["a.b: no variant fails 'never tried'"]
    assert matrix.exit_status == 1


def test_a_variant_is_run_on_what_its_proof_names_everywhere_and_on_its_topic_once() -> None:
    both = {"dialects": ["app_v2", "mcp"]}
    one = suite(
        dict.fromkeys(("a.b.c", "a.b.d", "a.e.f"), holds),
        fields=dict.fromkeys(("a.b.c", "a.b.d", "a.e.f"), both),
    )
    plan = cases([one], resolve("reference"))
    found = near(plan, Proof(fails=frozenset({"a.b.c"})))
    assert [(case.requirement.id, case.dialect) for case in found] == [
        ("a.b.c", "app_v2"),
        ("a.b.c", "mcp"),
        ("a.b.d", "app_v2"),
    ]
    assert near(plan, Proof()) == plan


def test_a_variant_is_run_on_the_topics_that_its_proof_names_and_on_all_if_told(run: Run) -> None:
    one = suite(
        {"a.b": kills, "c.d": kills},
        proofs={"good": Proof(fails=frozenset({"a.b"}))},
    )

    def judged(*, across: bool) -> set[str]:
        matrix = run(prove([one], {"good": "d", "unlisted": "d"}, across=across))
        correct, good, unlisted = (set(row.verdicts) for row in matrix.rows)
        assert correct == unlisted == {"a.b", "c.d"}
        return good

    assert judged(across=False) == {"a.b"}
    assert judged(across=True) == {"a.b", "c.d"}
