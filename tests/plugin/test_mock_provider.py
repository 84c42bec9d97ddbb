"""The fixture `mock_provider` and its marker, in a pytest of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Run = Callable[[str], pytest.RunResult]

HEAD = """
import json
import urllib.error
import urllib.request

import pytest
from seatrial_provider import ScriptError, reply, say


def ask(provider, text="hello", **headers):
    request = urllib.request.Request(
        provider.base_url + "/responses",
        json.dumps({"model": "m", "input": text}).encode(),
        {"Content-Type": "application/json", **headers},
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Runs test code in a pytest of its own, in a process of its own."""

    def go(code: str) -> pytest.RunResult:
        pytester.makepyfile(HEAD + code)
        return pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider")

    return go


def test_a_test_that_plays_its_script_passes(run: Run) -> None:
    result = run("""
def test_it(mock_provider):
    mock_provider.script(reply(say("good morning")))
    status, answer = ask(mock_provider)
    assert (status, answer["output"][0]["content"][0]["text"]) == (200, "good morning")
    assert [request.path for request in mock_provider.requests] == ["/v1/responses"]
""")
    result.assert_outcomes(passed=1)


def test_a_script_that_is_left_over_fails_the_test(run: Run) -> None:
    result = run("""
def test_it(mock_provider):
    mock_provider.script(reply(say("never asked for")))
""")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*unused-reply*"])


def test_a_request_that_no_reply_is_for_fails_the_test(run: Run) -> None:
    result = run("""
def test_it(mock_provider):
    ask(mock_provider)
""")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*unexpected-request*"])


def test_each_test_has_a_provider_of_its_own(run: Run) -> None:
    result = run("""
@pytest.mark.parametrize("turn", [1, 2])
def test_it(mock_provider, turn):
    assert list(mock_provider.requests) == []
    mock_provider.script(reply(say("hello")))
    ask(mock_provider)
""")
    result.assert_outcomes(passed=2)


def test_the_markers_options_reach_the_provider(run: Run) -> None:
    result = run("""
@pytest.mark.mock_provider(api_key="secret")
def test_it(mock_provider):
    mock_provider.script(reply(say("for those who know")))
    assert ask(mock_provider, Authorization="Bearer secret")[0] == 200


def test_without_the_marker_it_takes_anybody(mock_provider):
    mock_provider.script(reply(say("for all")))
    assert ask(mock_provider)[0] == 200


@pytest.mark.mock_provider(api_key="secret")
def test_the_key_is_asked_for(mock_provider):
    assert ask(mock_provider)[0] == 401
""")
    result.assert_outcomes(passed=3, errors=1)  # a request without the key is a problem, too
    result.stdout.fnmatch_lines(["*ERROR*test_the_key_is_asked_for*"])


def test_an_option_that_does_not_exist_is_an_error(run: Run) -> None:
    result = run("""
@pytest.mark.mock_provider(flavour="sour")
def test_it(mock_provider):
    pass
""")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*sour*"])
