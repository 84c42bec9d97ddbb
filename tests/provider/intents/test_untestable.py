"""An intent that no offered tool can express is a problem that says why, and an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider import ProblemKind, Provider, reply, run_command

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send


def test_it_is_answered_with_an_error_that_names_what_was_offered(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(run_command("touch a", escalated=True)))
            body = ask(tools=[{"type": "local_shell"}, {"type": "function", "name": "plan"}])
            wire = await send(f"{provider.base_url}/responses", body)
            assert wire.status == 400
            assert wire.json()["error"]["code"] == "untestable"
            assert wire.json()["error"]["param"] == "tools"
            (problem,) = provider.verify()
            assert problem.kind is ProblemKind.UNTESTABLE
            assert "run_command('touch a', escalated=True)" in problem.expected
            assert "offered: local_shell, plan" in problem.arrived
            assert "local_shell: it has no words for escalated" in problem.arrived

    run(main())


def test_tools_that_came_in_the_input_can_be_called(run: Run, send: Send, ask: Ask) -> None:
    parameters = {"type": "object", "properties": {"cmd": {"type": "string"}}}
    tool = {"type": "function", "name": "exec_command", "parameters": parameters}
    user = {"type": "message", "role": "user", "content": "go"}
    searched = {"type": "tool_search_output", "call_id": "found", "tools": [tool]}
    search = {"type": "tool_search_call", "call_id": "found", "arguments": {}}

    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(run_command("a")), reply(run_command("b")))
            url = f"{provider.base_url}/responses"
            added = {"type": "additional_tools", "role": "developer", "tools": [tool]}
            await send(url, ask(tools=None, input=[added, user]))
            await send(url, ask(tools=[{"type": "tool_search"}], input=[user, search, searched]))
            assert provider.verify() == []
            assert [request.status for request in provider.requests] == [200, 200]

    run(main())
