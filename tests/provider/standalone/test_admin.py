"""The admin API: scripts, gates, the journal, reset and verify, for a test in any language."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from tests.provider.standalone.conftest import ask, streamed

from seatrial_provider import Provider, reply, say
from seatrial_provider.standalone.admin import ROUTES, Admin

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.provider.standalone.conftest import Served

HELD = "replies:\n  - say: hello\n    gates: {response.output_text.delta: mid}\n"
REQUEST = {"model": "m", "input": "hi", "stream": False}


@pytest.fixture
def served(serve: Callable[..., Served]) -> Served:
    """A provider with nothing to say."""
    return serve()


@pytest.fixture
def admin(served: Served) -> str:
    """Where its admin API is."""
    assert served.admin is not None
    return served.admin


def test_a_script_is_given_and_used(served: Served, admin: str) -> None:
    assert ask(f"{admin}/script", "replies: [{say: one}, {say: two}]") == (200, {"gates": []})
    told = {"replies": [{"say": "three"}]}
    assert ask(f"{admin}/script", told)[0] == 200
    texts = [
        ask(f"{served.base_url}/responses", REQUEST)[1]["output"][0]["content"][0]["text"]
        for _ in range(3)
    ]
    assert texts == ["one", "two", "three"]
    assert ask(f"{admin}/verify") == (200, {"ok": True, "problems": []})
    status, page = ask(f"{admin}/requests?after=1&limit=1")
    assert (status, page["total"], len(page["requests"])) == (200, 3, 1)
    assert page["requests"][0]["path"] == "/v1/responses"
    assert ask(admin)[1] == {"base_url": served.base_url, "requests": 3, "problems": 0}


def test_a_gate_holds_until_it_is_released(served: Served, admin: str) -> None:
    assert ask(f"{admin}/script", HELD)[1] == {"gates": ["mid"]}
    held = {"name": "mid", "reached": False, "released": False}
    assert ask(f"{admin}/gates")[1] == {"gates": [held]}
    assert ask(f"{admin}/gates/mid/wait", {"timeout": 0})[0] == 408
    with streamed(f"{served.base_url}/responses", {**REQUEST, "stream": True}) as answer:
        assert ask(f"{admin}/gates/mid/wait", {"timeout": 60})[1] == {**held, "reached": True}
        (request,) = ask(f"{admin}/requests")[1]["requests"]
        assert not request["completed"]
        assert ask(f"{admin}/gates/mid/release", method="POST")[1]["released"] is True
        events = answer.read()
    assert "response.completed" not in "".join(request["sent"])
    assert b"event: response.completed" in events


def test_waiting_for_a_request_ends_when_it_comes(served: Served, admin: str) -> None:
    ask(f"{admin}/script", "replies: [{say: one}]")
    waited: list[Any] = []
    waiting = threading.Thread(
        target=lambda: waited.append(ask(f"{admin}/requests/wait", {"count": 1, "timeout": 60}))
    )
    waiting.start()
    ask(f"{served.base_url}/responses", REQUEST)
    waiting.join()
    assert waited == [(200, {"total": 1})]


def test_reset_begins_anew(served: Served, admin: str) -> None:
    ask(f"{admin}/script", HELD)
    assert ask(f"{admin}/verify")[1]["ok"] is False
    assert ask(f"{admin}/reset", method="POST") == (200, {})
    assert ask(f"{admin}/verify")[1]["ok"] is True
    assert ask(f"{admin}/gates")[1] == {"gates": []}
    status, refused = ask(f"{served.base_url}/responses", REQUEST)
    assert (status, refused["error"]["code"]) == (400, "unexpected-request")
    (problem,) = ask(f"{admin}/verify")[1]["problems"]
    assert problem["kind"] == "unexpected-request"
    assert {"message", "expected", "arrived", "cause", "remedy"} <= problem.keys()


def test_the_models_are_set(served: Served, admin: str) -> None:
    assert ask(f"{admin}/models", {"models": ["a", "b"]}, method="PUT")[1] == {"models": ["a", "b"]}
    assert [m["id"] for m in ask(f"{served.base_url}/models")[1]["data"]] == ["a", "b"]
    assert ask(f"{admin}/models")[1] == {"models": ["a", "b"]}


@pytest.mark.parametrize(
    ("path", "body", "method", "status", "said"),
    [
        ("/nothing", None, None, 404, "the admin API has no /nothing"),
        ("/reset", None, "GET", 405, "/reset takes another method"),
        ("/gates/none/release", None, "POST", 404, "there is no gate 'none'"),
        ("/script", "replies: [{sy: 1}]", None, 400, "there is no key 'sy'"),
        ("/requests/wait", "{", None, 400, "the body cannot be read"),
        ("/requests/wait", [1], None, 400, "the body cannot be read"),
        ("/requests/wait", {"count": -1}, None, 400, "count cannot be read"),
        ("/requests/wait", {"count": 1, "timeout": 1e9}, None, 400, "timeout cannot be read"),
        ("/requests/wait", {"count": 1, "timeout": 0}, None, 408, "1 model requests did not"),
        ("/requests?after=x", None, None, 400, "after cannot be read"),
        ("/models", {"models": 1}, "PUT", 400, "the models cannot be read"),
    ],
)
def test_what_it_cannot_do_is_said_in_four_parts(
    served: Served, admin: str, path: str, body: object, method: str | None, status: int, said: str
) -> None:
    got, answer = ask(f"{admin}{path}", body, method=method)
    assert got == status
    assert said in answer["error"]["message"]
    assert set(answer["error"]) == {"message", "expected", "arrived", "cause", "remedy"}
    assert ask(f"{admin}/verify")[1]["ok"] is True


def test_a_web_page_may_not_use_it(served: Served, admin: str) -> None:
    status, answer = ask(f"{admin}/reset", method="POST", origin="http://evil.example")
    assert status == 403
    assert "web page" in answer["error"]["message"]


def test_its_requests_are_in_no_journal(served: Served, admin: str) -> None:
    ask(f"{admin}/gates")
    assert ask(f"{admin}/requests?all=true")[1] == {"requests": [], "total": 0}


def test_all_requests_are_listed_also_by_a_query_with_escapes(served: Served, admin: str) -> None:
    ask(f"{served.base_url}/models")
    assert ask(f"{admin}/requests?all=%74rue")[1]["total"] == 1
    assert ask(f"{admin}/requests")[1]["total"] == 0


def test_every_path_has_words() -> None:
    assert all(handler.__doc__ for handler in ROUTES.values())


def test_a_held_answer_is_cut_off_by_reset() -> None:
    async def main() -> None:
        from seatrial_provider import Gate

        gate = Gate("held")
        async with Provider() as provider:
            provider.serve_beside(Admin(provider, shut_down=lambda: None).answer)
            provider.script(reply(say("one"), gates={"headers": gate}))
            asking = asyncio.ensure_future(
                asyncio.to_thread(_cut_off, f"{provider.base_url}/responses")
            )
            await gate.reached()
            provider.reset()
            assert await asking
            assert provider.verify() == []
            assert len(provider.requests) == 0

    asyncio.run(main())


def _cut_off(url: str) -> bool:
    try:
        ask(url, REQUEST)
    except OSError:
        return True
    return False
