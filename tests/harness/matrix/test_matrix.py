"""A matrix is made: what is judged, what is reused, what a server's trouble does to the others."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.conformance import Blame, Divergence, NothingSelected, Verdict
from seatrial.conformance.matrix import (
    Cell,
    Column,
    Entrant,
    Judged,
    Kept,
    Matrix,
    Selection,
    entrants,
    judge_matrix,
)
from seatrial.servers import ServerUnderTest, UnknownServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness.conftest import Fake, Run
    from tests.harness.matrix.conftest import Checks, Released

    from seatrial.conformance import Case, Suite

Judge = "Callable[..., Judged]"


def known(requirement: str = "a.varies", **options: Any) -> Divergence:
    return Divergence(requirement=requirement, profile="fake", reason="r", evidence="e", **options)


@pytest.fixture
def judge(run: Run, kept: Kept) -> Callable[..., Judged]:
    """Judges servers by a suite."""

    def judged(suite: Suite, *servers: ServerUnderTest | Entrant, **options: Any) -> Judged:
        named = [
            one if isinstance(one, Entrant) else Entrant(name=one.name, server=one)
            for one in servers
        ]
        return run(judge_matrix(named, [suite], kept, **options))

    return judged


def reused(judged: Judged, column: int = 0) -> dict[str, tuple[str, bool]]:
    """Returns the verdict of each cell of a column, and whether it is reused."""
    cells = judged.matrix.columns[column].cells
    return {cell.requirement: (cell.verdict.value, cell.reused) for cell in cells}


def test_what_is_green_is_reused_and_nothing_is_started(
    judge: Callable[..., Judged], checks: Checks, released: Released, tmp_path: Path
) -> None:
    server = released()
    first = judge(checks.suite(), server)
    assert reused(first) == {"a.holds": ("pass", False), "a.varies": ("pass", False)}
    assert checks.ran == ["a.holds", "a.varies"]
    (tmp_path / "fake_server.py").unlink()  # it could not even start any more
    second = judge(checks.suite(), server)
    assert reused(second) == {"a.holds": ("pass", True), "a.varies": ("pass", True)}
    assert checks.ran == []
    before, after = first.matrix.columns[0], second.matrix.columns[0]
    assert [cell.judged for cell in after.cells] == [cell.judged for cell in before.cells]
    assert (after.title, after.release, after.reused) == ("Fake 1.2.3", "1.2.3", 2)
    assert second.runs["fake"].results == first.runs["fake"].results


def test_what_is_red_is_judged_anew(
    judge: Callable[..., Judged], checks: Checks, released: Released
) -> None:
    checks.becomes("fails")
    assert reused(judge(checks.suite(), released()))["a.varies"] == ("fail", False)
    assert checks.ran == ["a.holds", "a.varies"]
    assert reused(judge(checks.suite(), released())) == {
        "a.holds": ("pass", True),
        "a.varies": ("fail", False),
    }
    assert checks.ran == ["a.varies"]


def test_what_says_nothing_about_the_server_is_not_kept(
    judge: Callable[..., Judged], checks: Checks, released: Released
) -> None:
    checks.becomes("breaks")
    assert reused(judge(checks.suite(), released()))["a.varies"] == ("harness error", False)
    checks.becomes("holds")
    assert reused(judge(checks.suite(), released()))["a.varies"] == ("pass", False)


def test_a_divergence_that_was_written_down_since_needs_no_new_judgement(
    judge: Callable[..., Judged], checks: Checks, released: Released
) -> None:
    checks.becomes("fails")
    judge(checks.suite(), released())
    listed = judge(checks.suite(divergences=(known(),)), released())
    assert reused(listed)["a.varies"] == ("expected failure", True)
    assert listed.matrix.exit_status == 0


def test_what_is_stale_is_judged_anew(
    judge: Callable[..., Judged], checks: Checks, released: Released
) -> None:
    judge(checks.suite(), released())
    stale = judge(checks.suite(divergences=(known(),)), released())
    assert reused(stale)["a.varies"] == ("stale", False)
    assert stale.matrix.exit_status == 1


def test_what_fails_in_some_runs_only_is_judged_anew(
    judge: Callable[..., Judged], checks: Checks, released: Released
) -> None:
    racy = checks.suite(divergences=(known(sometimes=True),))
    judge(racy, released())
    assert reused(judge(racy, released()))["a.varies"] == ("pass", False)


def test_everything_is_judged_anew_if_told(
    judge: Callable[..., Judged], checks: Checks, released: Released
) -> None:
    judge(checks.suite(), released())
    assert reused(judge(checks.suite(), released(), fresh=True))["a.holds"] == ("pass", False)


def test_edited_sources_are_judged_anew(
    judge: Callable[..., Judged], checks: Checks, released: Released
) -> None:
    judge(checks.suite(), released())
    checks.edit()
    assert reused(judge(checks.suite(), released()))["a.holds"] == ("pass", False)


def test_a_result_whose_sources_were_edited_meanwhile_is_not_kept(
    judge: Callable[..., Judged], checks: Checks, released: Released
) -> None:
    class Edits(Heard):
        def began(self, server: ServerUnderTest, case: Case) -> None:
            checks.edit()

    judge(checks.suite(), released(), watcher=Edits())
    checks.restore()
    assert not any(again for _, again in reused(judge(checks.suite(), released())).values())


def test_a_reused_result_tells_how_to_judge_it_again_by_todays_name(
    judge: Callable[..., Judged], checks: Checks, released: Released
) -> None:
    judge(checks.suite(), released("fake@latest"))
    again = judge(checks.suite(), released("fake@1.2.3"))
    assert again.matrix.columns[0].reused == 2
    assert "run fake@1.2.3 --only" in again.runs["fake@1.2.3"].results[0].rerun


def test_what_two_columns_share_is_judged_once(
    judge: Callable[..., Judged], checks: Checks, released: Released
) -> None:
    judged = judge(checks.suite(), released("fake@latest"), released("fake@1.2.3"))
    assert checks.ran == ["a.holds", "a.varies"]
    assert [column.counts for column in judged.matrix.columns] == [{Verdict.PASS: 2}] * 2


class Heard:
    """Notes what a matrix says of how it goes on."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.count = 0
        self.running = 0
        self.most = 0

    def planned(self, count: int) -> None:
        self.count += count

    def began(self, server: ServerUnderTest, case: Case) -> None:
        self.running += 1
        self.most = max(self.most, self.running)

    def ended(self, server: ServerUnderTest, case: Case, cell: Cell) -> None:
        self.running -= 1
        self.count -= 1

    def finished(self, column: Column) -> None:
        self.said.append(column.name)


def test_no_more_run_at_once_than_there_are_jobs_over_all_servers(
    judge: Callable[..., Judged], checks: Checks, fake: Fake
) -> None:
    heard = Heard()
    judge(
        checks.suite(),
        *(Entrant(name=f"fake{number}", server=fake()) for number in range(4)),
        jobs=1,
        watcher=heard,
    )
    assert (heard.most, heard.running, heard.count) == (1, 0, 0)
    assert sorted(heard.said) == ["fake0", "fake1", "fake2", "fake3"]
    assert len(checks.ran) == 8


def test_a_server_that_cannot_be_judged_is_a_column_and_the_others_go_on(
    judge: Callable[..., Judged], checks: Checks, fake: Fake
) -> None:
    missing = UnknownServer("not here", expected="e", arrived="a", cause="c?", remedy="r")
    judged = judge(
        checks.suite(),
        Entrant(name="nobody", error=missing),
        Entrant(name="dies", server=fake(("/no/such/program",))),
        fake(),
    )
    nobody, dies, good = judged.matrix.columns
    assert nobody.problem
    assert (nobody.problem.what, nobody.problem.remedy, nobody.places) == ("not here", "r", ())
    assert dies.problem
    assert "cannot judge fake: cannot start '/no/such/program'" in dies.problem.what
    assert dies.places == ("app_v2",)
    assert good.counts == {Verdict.PASS: 2}
    assert [column.is_green for column in judged.matrix.columns] == [False, False, True]
    assert judged.matrix.exit_status == 1
    assert list(judged.runs) == ["fake"]


def test_a_matrix_in_which_nothing_was_judged_is_red(
    judge: Callable[..., Judged], checks: Checks, fake: Fake
) -> None:
    alone = judge(checks.suite(), Entrant(name="dies", server=fake(("/no/such/program",))))
    assert alone.matrix.exit_status == 2
    inapplicable = checks.suite()
    for name, row in inapplicable.requirements.items():
        inapplicable.requirements[name] = row.model_copy(update={"needs": ("nothing",)})  # type: ignore[index]
    nothing = judge(inapplicable, fake())
    assert nothing.matrix.columns[0].counts == {Verdict.NOT_APPLICABLE: 2}
    assert nothing.matrix.columns[0].reused == 0
    assert nothing.matrix.exit_status == 2
    assert checks.ran == []


def test_a_server_that_does_not_speak_the_dialect_has_nothing_to_say(
    judge: Callable[..., Judged], checks: Checks, fake: Fake
) -> None:
    spoken = judge(
        checks.suite(),
        Entrant(name="other", server=fake(("/no/such/program",), dialects=["mcp"])),
        fake(),
        selection=Selection(dialect="app_v2"),
    )
    other = spoken.matrix.columns[0]
    assert other.silent == "Fake is not said to speak app_v2"
    assert (other.problem, other.cells) == (None, ())
    assert spoken.matrix.exit_status == 0
    unsaid = judge(
        checks.suite(),
        Entrant(name="other", server=fake(("/no/such/program",), dialects=["mcp"])),
        fake(),
    )
    assert "nothing that is selected can be said" in unsaid.matrix.columns[0].silent


def test_a_pattern_that_selects_nothing_is_said_at_once(
    judge: Callable[..., Judged], checks: Checks, fake: Fake
) -> None:
    with pytest.raises(NothingSelected, match="nothing to judge under 'b'"):
        judge(checks.suite(), fake(), selection=Selection(only=["b"]))
    only = judge(checks.suite(), fake(), selection=Selection(only=["a.holds"]))
    assert [row.requirement for row in only.matrix.rows] == ["a.holds"]


def test_each_wire_is_a_place_of_its_own(
    judge: Callable[..., Judged], checks: Checks, fake: Fake
) -> None:
    server = fake(wires=["responses", "chat"])
    matrix = judge(checks.suite(), server, selection=Selection(wire="all")).matrix
    assert matrix.places == ("app_v2", "app_v2, chat")
    assert set(matrix.columns[0].at("app_v2, chat")) == {"a.holds", "a.varies"}


def test_places_come_in_the_order_of_the_dialects() -> None:
    empty = Matrix(
        seatrial="0",
        started="",
        duration=0,
        platform="",
        layer="",
        rows=(),
        columns=(
            Column(name="a", title="a", places=("mcp", "mcp, chat")),
            Column(name="b", title="b", places=("app_v2", "mcp", "app_v1")),
        ),
    )
    assert empty.places == ("app_v2", "app_v1", "mcp", "mcp, chat")


def test_what_was_judged_before_an_interruption_is_kept(
    checks: Checks, released: Released, kept: Kept, judge: Callable[..., Judged]
) -> None:
    class Interrupts(Heard):
        def ended(self, server: ServerUnderTest, case: Case, cell: Cell) -> None:
            raise KeyboardInterrupt

    named = [Entrant(name="fake", server=released())]
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(judge_matrix(named, [checks.suite()], kept, jobs=1, watcher=Interrupts()))
    assert checks.ran == ["a.holds"]
    again = judge(checks.suite(), released())
    assert reused(again) == {"a.holds": ("pass", True), "a.varies": ("pass", False)}


def test_blame_is_counted(judge: Callable[..., Judged], checks: Checks, fake: Fake) -> None:
    checks.becomes("breaks")
    (column,) = judge(checks.suite(), fake()).matrix.columns
    assert column.blames == {Blame.HARNESS: 1}


@pytest.mark.parametrize(
    ("name", "release", "heading"),
    [
        ("codex@0.98.0", "0.98.0", ("codex", "0.98.0")),
        ("codex@latest", "0.169.0", ("codex", "0.169.0")),
        ("codex@9.9.9", None, ("codex", "9.9.9")),
        ("codex", "0.169.0", ("codex", "0.169.0")),
        ("reference", None, ("reference", "")),
        ("reference:runs-twice", "0.1.0", ("reference", "runs-twice")),
        ("./target/debug/server", "1.0", ("server", "1.0")),
    ],
)
def test_a_heading_names_the_server_and_what_tells_it_from_others(
    name: str, release: str | None, heading: tuple[str, str]
) -> None:
    assert Column(name=name, title="t", release=release).heading == heading


def test_names_become_entrants_each_once_and_what_is_missing_is_brought_if_told() -> None:
    brought: list[str] = []

    def names(*given: str, bring: Any = None) -> list[tuple[str, str]]:
        return [(one.name, one.error.what if one.error else "") for one in entrants(given, bring)]

    assert names("reference", "reference") == [("reference", "")]
    assert names("codex@0.0.1") == [("codex@0.0.1", "Codex 0.0.1 is not here")]
    assert names("nobody", bring=brought.append) == [("nobody", "there is no server 'nobody'")]
    assert brought == []
    names("codex@0.0.1", "reference", bring=brought.append)
    assert brought == ["codex@0.0.1"]


def test_a_release_that_cannot_be_brought_says_so() -> None:
    def bring(name: str) -> None:
        raise UnknownServer(f"no {name}", expected="e", arrived="a", cause="c?", remedy="r")

    (one,) = entrants(["codex@0.0.1"], bring)
    assert one.error
    assert one.error.what == "no codex@0.0.1"


def test_a_matrix_of_no_columns_judged_nothing() -> None:
    empty = Matrix(seatrial="0", started="", duration=0, platform="", layer="", rows=(), columns=())
    assert (empty.exit_status, empty.places) == (2, ())
