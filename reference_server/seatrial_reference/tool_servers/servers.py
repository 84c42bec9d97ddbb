"""The tool servers of all threads: each thread has processes of its own, ended with all."""

from __future__ import annotations

import threading

from seatrial_reference.log import note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from seatrial_reference.events import TurnEvents
    from seatrial_reference.tool_servers.call import ToolCall
    from seatrial_reference.tool_servers.configured import ToolServerConfig
    from seatrial_reference.tool_servers.process import ToolProcess
    from seatrial_reference.wish import Result, Surroundings

PREFIX = "mcp__"


class ToolServers:
    """The processes of one connection's threads, each thread with its own.

    Args:
        configured: The tool servers that the configuration names.
        call: What does a call; None for the usual one.
    """

    def __init__(self, configured: Sequence[ToolServerConfig], call: type[ToolCall] | None) -> None:
        self._configured = configured
        self._call = call
        self._lock = threading.Lock()
        self._running: dict[str, list[ToolProcess]] = {}

    def offered(self, events: TurnEvents) -> tuple[dict[str, Any], ...]:
        """Give the tools of a thread's servers, as the model is told of them."""
        return tuple(
            {
                "name": f"{PREFIX}{process.name}__{name}",
                "description": tool.get("description", ""),
                "strict": False,
                "parameters": tool.get("inputSchema", {"type": "object", "properties": {}}),
            }
            for process in self.of(events.thread.id, elicits=events.can_elicit)
            for name, tool in process.tools.items()
        )

    def perform(self, name: str, call_id: str, arguments: str, around: Surroundings) -> Result:
        """Call the tool that the model named.

        Raises:
            BadCall: There is no such tool, or the arguments are no object.
            TurnInterrupted: The turn was interrupted.
        """
        from seatrial_reference.arguments import BadCall, read_arguments
        from seatrial_reference.tool_servers.call import ToolCall

        server, _, tool = name.removeprefix(PREFIX).partition("__")
        for process in self.of(around.thread_id, elicits=around.events.can_elicit):
            if process.name == server and tool in process.tools:
                given = read_arguments(arguments)
                return (self._call or ToolCall)(call_id, process, tool, given, around).perform()
        raise BadCall(f"unsupported call: {name}")

    def close(self) -> None:
        """End every process."""
        with self._lock:
            for process in [one for running in self._running.values() for one in running]:
                process.close()
            self._running.clear()

    def of(self, thread_id: str, *, elicits: bool) -> list[ToolProcess]:
        """Give the tool servers of a thread; they are started when this is first called for it.

        Args:
            thread_id: The thread.
            elicits: Whether the client can be asked on their behalf.
        """
        if not self._configured:
            return []
        with self._lock:
            if thread_id not in self._running:
                self._running[thread_id] = list(self._started(elicits=elicits))
            return self._running[thread_id]

    def _started(self, *, elicits: bool) -> list[ToolProcess]:
        from seatrial_reference.tool_servers.process import ToolProcess, ToolServerGone

        running = []
        for config in self._configured:
            try:
                running.append(ToolProcess(config, elicits=elicits))
            except (OSError, ToolServerGone) as error:
                note(f"the tool server {config.name} could not be started: {error!r}")
        return running
