"""Codex as a client of the provider: one turn with a command, over both APIs and WebSocket."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.clients.conftest import require

from seatrial.home import home
from seatrial.leaks import RUN
from seatrial.process import Command, spawn
from seatrial.process.environment import environment
from seatrial.servers import UnknownServer, resolve
from seatrial_provider import Provider, reply, run_command, say

if TYPE_CHECKING:
    from tests.clients.conftest import Run

RELEASE = "codex@0.65.0"
INSTALLED = "codex"
"""The release of the extra `codex`, which speaks WebSocket too."""
BOUND = 60.0
HOMES = ("HOME", "CODEX_HOME")
ANSWER = "The command said so."
SETTINGS = {
    "model": "mock-model",
    "model_provider": "seatrial",
    "model_providers.seatrial.name": "Seatrial mock provider",
    "model_providers.seatrial.request_max_retries": 0,
    "model_providers.seatrial.stream_max_retries": 0,
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("wire", ["responses", "chat"])
def test_a_turn_of_a_real_agent(wire: str, run: Run) -> None:
    async def main() -> None:
        # This release takes each piece of a call in a chat stream for a call of its own.
        async with Provider(chat_whole_calls=True) as provider:
            provider.script(reply(run_command("echo from the shell")), reply(say(ANSWER)))
            events = await _turn(
                {
                    **SETTINGS,
                    "model_providers.seatrial.base_url": provider.base_url,
                    "model_providers.seatrial.wire_api": wire,
                }
            )
            items = [one["item"] for one in events if one["type"] == "item.completed"]
            (command,) = [one for one in items if one["type"] == "command_execution"]
            assert "echo from the shell" in command["command"]
            assert (command["exit_code"], command["aggregated_output"]) == (0, "from the shell\n")
            assert [one["text"] for one in items if one["type"] == "agent_message"] == [ANSWER]
            first, second = provider.requests
            assert first.path == f"/v1/{'responses' if wire == 'responses' else 'chat/completions'}"
            (call_id,) = first.emitted_call_ids()
            assert "from the shell" in second.function_call_output_text(call_id)
            assert provider.verify() == []

    run(main())


@pytest.mark.timeout(120)
def test_a_turn_over_websocket(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(run_command("echo from the shell")), reply(say(ANSWER)))
            events = await _turn(
                {
                    **SETTINGS,
                    "model_providers.seatrial.base_url": provider.base_url,
                    "model_providers.seatrial.wire_api": "responses",
                    "model_providers.seatrial.supports_websockets": True,
                },
                release=INSTALLED,
            )
            items = [one["item"] for one in events if one["type"] == "item.completed"]
            assert [one["text"] for one in items if one["type"] == "agent_message"] == [ANSWER]
            warmth, first, second = provider.requests
            assert {request.transport for request in provider.requests} == {"websocket"}
            assert warmth.body_json()["generate"] is False
            assert second.body_json()["previous_response_id"] == first.events[0]["response"]["id"]
            (call_id,) = first.emitted_call_ids()
            assert "from the shell" in second.function_call_output_text(call_id)
            assert provider.verify() == []

    run(main())


async def _turn(settings: dict[str, Any], *, release: str = RELEASE) -> list[dict[str, Any]]:
    """Runs one turn without a terminal and returns what the agent printed of it."""
    try:
        program = resolve(release).argv[0]
    except UnknownServer as missing:
        require(str(missing))
        raise
    words = [f"--config={name}={json.dumps(value)}" for name, value in settings.items()]
    events = []
    with home() as place:
        command = Command(
            argv=(
                *(program, "exec", "--json", "--skip-git-repo-check"),
                *("--sandbox", "danger-full-access", *words, "Say what the command says."),
            ),
            env=environment({name: str(place.home) for name in HOMES}, run=str(RUN)),
            cwd=place.workspace,
        )
        async with asyncio.timeout(BOUND), spawn(command, stderr_file=place.stderr) as process:
            process.stdin.close()
            while (line := await process.stdout.line()) is not None:
                events.append(json.loads(line))
    return events
