"""What conformance is written in: manifests, baselines, suites, verdicts, observations."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import ValidationError

from seatrial.conformance import (
    BadBaseline,
    BadManifest,
    BadSuite,
    Blame,
    Check,
    CheckResult,
    Divergence,
    Level,
    Observer,
    Proof,
    Requirement,
    RunResult,
    Server,
    Suite,
    Trial,
    Verdict,
    apply,
    check,
    checks_of,
    installed,
    load_baseline,
    load_manifest,
    parse_baseline,
)

ROW = """
[[requirement]]
id = "area.topic.point"
statement = "It holds."
dialects = ["app_v2"]
source = "here"
"""
ENTRY = """
[[divergence]]
requirement = "a.b"
profile = "codex"
reason = "it differs"
evidence = "transcript 1"
"""


def requirement(name: str = "a.b", **fields: Any) -> Requirement:
    given = {"id": name, "statement": "s", "dialects": ["app_v2"], "source": "here", **fields}
    return Requirement.model_validate(given)


def result(verdict: Verdict, **fields: Any) -> CheckResult:
    given: dict[str, Any] = {
        "requirement": "a.b",
        "statement": "s",
        "area": "a",
        "level": Level.MUST,
        "source": "here",
        "dialect": "app_v2",
        "verdict": verdict,
        **fields,
    }
    return CheckResult(**given)


async def nothing(trial: Trial) -> None:
    del trial


# Manifests


def test_a_manifest_is_read_in_the_order_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text(ROW.replace("area.topic", "b.x"))
    (tmp_path / "a.toml").write_text(ROW.replace("point", "z") + ROW.replace("point", "y"))
    (tmp_path / "notes.md").write_text("no TOML [[")
    found = load_manifest(tmp_path)
    assert list(found) == ["area.topic.z", "area.topic.y", "b.x.point"]
    first = found["area.topic.z"]
    assert (first.area, first.level, first.deferred) == ("area", Level.MUST, "")


@pytest.mark.parametrize(
    ("text", "arrived"),
    [
        ("[[requirement", "Expected"),
        ("[[requirment]]", "requirment Extra inputs"),
        ("requirement = 3", "requirement Input should be"),
        ("[requirement]", "requirement Input should be"),
        (ROW + 'lvl = "MUST"', "area.topic.point: requirement.0.lvl Extra inputs"),
        (ROW.replace("source", "src"), "area.topic.point: requirement.0.source Field required"),
        (ROW.replace("It holds.", "  "), "statement is empty"),
        (ROW.replace('"here"', '""'), "source is empty"),
        (ROW.replace("area.topic.point", "Area"), "id String should match pattern"),
        (ROW.replace("area.topic.point", "area"), "id String should match pattern"),
        (ROW + 'level = "MAY"', "level Input should be"),
        (ROW + "[requirement.releases.codex]\nsinc = '1'", "0.releases.codex.sinc Extra inputs"),
        (ROW + ROW, "area.topic.point occurs twice"),
    ],
)
def test_a_bad_manifest_says_where(tmp_path: Path, text: str, arrived: str) -> None:
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(BadManifest, match=r"a\.toml cannot be read") as caught:
        load_manifest(tmp_path)
    assert arrived in caught.value.arrived


def test_an_id_may_not_occur_in_two_files(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(ROW)
    (tmp_path / "b.toml").write_text(ROW)
    with pytest.raises(BadManifest, match=r"b\.toml"):
        load_manifest(tmp_path)


# Baselines


def test_a_baseline_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    file.write_text(ENTRY + 'since = "1.0"\ndialects = ["app_v2"]\n')
    (entry,) = load_baseline(file)
    assert (entry.requirement, entry.since, entry.until) == ("a.b", "1.0", None)
    assert parse_baseline("", "empty") == ()


@pytest.mark.parametrize(
    ("text", "arrived"),
    [
        ("divergence = [", "Invalid value"),
        ("[[divergance]]", "divergance: Extra inputs"),
        ("divergence = 3", "divergence: Input should be"),
        (ENTRY + 'resaon = "x"', "resaon: Extra inputs"),
        (ENTRY.replace("evidence", "evidenc"), "evidence: Field required"),
    ],
)
def test_a_bad_baseline_says_where(text: str, arrived: str) -> None:
    with pytest.raises(BadBaseline, match=r"the baseline known\.toml cannot be read") as caught:
        parse_baseline(text, "known.toml")
    assert arrived in caught.value.arrived


def test_a_baseline_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadBaseline) as caught:
        load_baseline(tmp_path / "none.toml")
    assert caught.value.arrived == "No such file or directory"


def known(**fields: Any) -> Divergence:
    given = {"requirement": "a.b", "profile": "codex", "reason": "r", "evidence": "e", **fields}
    return Divergence.model_validate(given)


@pytest.mark.parametrize(
    ("came", "becomes"),
    [
        (Verdict.FAIL, Verdict.EXPECTED_FAILURE),
        (Verdict.WARN, Verdict.EXPECTED_FAILURE),
        (Verdict.PASS, Verdict.STALE),
        (Verdict.NOT_APPLICABLE, Verdict.NOT_APPLICABLE),
        (Verdict.UNTESTABLE, Verdict.UNTESTABLE),
        (Verdict.HARNESS_ERROR, Verdict.HARNESS_ERROR),
    ],
)
def test_only_a_failure_can_be_expected(came: Verdict, becomes: Verdict) -> None:
    before = result(came, reason="so it was")
    after = apply(before, [known()], profile="codex", release="1.0")
    assert after.verdict is becomes
    assert after.divergence == ("r (e)" if becomes is not came else "")
    assert after.reason == (
        "it passed, yet it is listed as an expected failure; remove the entry"
        if becomes is Verdict.STALE
        else "so it was"
    )


@pytest.mark.parametrize(
    ("entry", "covers"),
    [
        ({}, True),
        ({"dialects": ["app_v2"]}, True),
        ({"dialects": ["app_v1", "mcp"]}, False),
        ({"requirement": "a.c"}, False),
        ({"profile": "other"}, False),
        ({"since": "1.5"}, True),
        ({"since": "1.6"}, False),
        ({"until": "1.5"}, False),
    ],
)
def test_an_entry_covers_only_what_it_names(entry: dict[str, Any], covers: bool) -> None:
    after = apply(
        result(Verdict.FAIL),
        [known(requirement="z.z"), known(**entry)],
        profile="codex",
        release="1.5",
    )
    assert (after.verdict is Verdict.EXPECTED_FAILURE) is covers


# Suites


def suite(*requirements: Requirement, checks: tuple[str, ...] = (), **fields: Any) -> Suite:
    return Suite(
        name="s",
        requirements={one.id: one for one in requirements},
        checks={name: Check(requirement=name, run=nothing) for name in checks},
        **fields,
    )


def test_a_suite_that_fits_together_has_no_gaps() -> None:
    whole = suite(
        requirement("a.b"),
        requirement("a.c", deferred="later"),
        checks=("a.b",),
        proofs={"v": Proof(fails=frozenset({"a.b"}))},
    )
    assert whole.gaps() == []


def test_each_gap_is_told() -> None:
    gappy = suite(
        requirement("a.none"),
        requirement("a.later", deferred="later"),
        checks=("a.later", "x.unknown"),
        proofs={
            "v": Proof(fails=frozenset({"x.gone"}), untestable=frozenset({"a.later"})),
        },
    )
    assert gappy.gaps() == [
        "a.none has no check, and does not say why",
        "a check judges x.unknown, which is no requirement",
        "a.later is deferred, yet it has a check",
        "the variant v is to trip a.later, which nothing judges",
        "the variant v is to trip x.gone, which nothing judges",
    ]


def test_a_proof_may_hold_in_some_dialects_and_say_more_of_others() -> None:
    more = Proof(dialects=("mcp",), fails=frozenset({"a.c"}), untestable=frozenset({"x.gone"}))
    proof = Proof(dialects=("app_v2", "mcp"), warns=frozenset({"a.b"}), also=(more,))
    came = {
        (name, dialect): proof.verdict(name, dialect)
        for name in ("a.b", "a.c")
        for dialect in ("app_v2", "app_v1", "mcp")
    }
    assert {key: verdict for key, verdict in came.items() if verdict is not Verdict.PASS} == {
        ("a.b", "app_v2"): Verdict.WARN,
        ("a.b", "mcp"): Verdict.WARN,
        ("a.c", "mcp"): Verdict.FAIL,
    }
    assert proof.meant == {"a.b", "a.c"}
    whole = suite(requirement("a.b"), requirement("a.c"), checks=("a.b", "a.c"))
    gaps = replace(whole, proofs={"v": proof}).gaps()
    assert gaps == ["the variant v is to trip x.gone, which nothing judges"]


def module(name: str, **members: Any) -> ModuleType:
    made = ModuleType(name)
    vars(made).update(members)
    return made


def test_checks_are_found_in_modules() -> None:
    one, two = check("a.b")(nothing), check("a.c")(nothing)
    assert (one.requirement, one.run) == ("a.b", nothing)
    modules = [module("m", one=one, other=3, alias=one), module("n", two=two, imported=one)]
    assert checks_of(modules) == {"a.b": one, "a.c": two}


def test_two_checks_of_one_requirement_are_refused() -> None:
    async def another(trial: Trial) -> None:
        del trial

    modules = [module("m", one=check("a.b")(nothing)), module("n", two=check("a.b")(another))]
    with pytest.raises(BadSuite, match=r"two checks judge a\.b") as caught:
        checks_of(modules)
    assert caught.value.arrived == "another in n"


def test_the_suites_that_come_with_it_are_installed_and_have_no_gaps() -> None:
    found = installed()
    assert "seatrial" in [one.name for one in found]
    assert [gap for one in found for gap in one.gaps()] == []


# Observations


@pytest.mark.parametrize(
    ("expected", "arrived", "held"),
    [
        (1, 1, True),
        (1, True, False),
        (1, 1.0, False),
        ("1", 1, False),
        ([1], (1,), False),
        (None, None, True),
        ({"a": 1}, {"a": 2}, False),
    ],
)
def test_equal_means_equal_in_kind_too(expected: Any, arrived: Any, held: bool) -> None:
    saw = Observer()
    assert saw.equal("it", expected=expected, arrived=arrived, cause="why?") is held
    (seen,) = saw.observations
    assert (seen.held, seen.expected, seen.arrived) == (held, repr(expected), repr(arrived))
    assert seen.cause == ("" if held else "why?")
    assert seen.level is Level.MUST


def test_what_is_no_equality_is_recorded_in_words() -> None:
    saw = Observer()
    assert not saw.that("it", False, expected="more", arrived=[1], level=Level.SHOULD, cause="c")
    assert saw.that("it", True, expected="text", arrived="as it is")
    first, second = saw.observations
    assert (first.held, first.arrived, first.level, first.cause) == (False, "[1]", "SHOULD", "c")
    assert (second.held, second.arrived) == (True, "as it is")


# Verdicts


GREEN = {Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE, Verdict.EXPECTED_FAILURE}
UNJUDGED = {Verdict.NOT_APPLICABLE, Verdict.UNTESTABLE, Verdict.HARNESS_ERROR}


@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_verdict_is_green_or_red_and_judges_or_not(verdict: Verdict) -> None:
    assert verdict.is_green is (verdict in GREEN)
    assert verdict.judged is (verdict not in UNJUDGED)


def ran(*verdicts: Verdict) -> RunResult:
    return RunResult(
        seatrial="0",
        server=Server(name="s", title="S", command=("s",), profile="p"),
        started="2026-01-01T00:00:00+00:00",
        duration=0.0,
        platform="p",
        layer="l",
        results=tuple(result(verdict) for verdict in verdicts),
    )


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ([Verdict.PASS], 0),
        ([Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE, Verdict.EXPECTED_FAILURE], 0),
        ([Verdict.WARN], 0),
        ([Verdict.EXPECTED_FAILURE], 0),
        ([Verdict.PASS, Verdict.FAIL], 1),
        ([Verdict.PASS, Verdict.UNTESTABLE], 1),
        ([Verdict.PASS, Verdict.STALE], 1),
        ([Verdict.PASS, Verdict.HARNESS_ERROR], 2),
        ([Verdict.FAIL, Verdict.HARNESS_ERROR], 1),
        ([Verdict.NOT_APPLICABLE], 2),
        ([Verdict.UNTESTABLE], 1),
        ([Verdict.HARNESS_ERROR], 2),
        ([], 2),
    ],
)
def test_the_exit_status_of_a_run(verdicts: list[Verdict], status: int) -> None:
    done = ran(*verdicts)
    assert done.exit_status == status
    assert sum(done.counts.values()) == len(verdicts)
    assert RunResult.model_validate_json(done.model_dump_json()) == done


def test_a_result_takes_no_unknown_member() -> None:
    with pytest.raises(ValidationError):
        result(Verdict.PASS, verdcit="fail")
    assert Blame("server") is Blame.SERVER
