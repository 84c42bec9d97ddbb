"""One tool server: its process, the handshake with it, its tools, and the messages both ways.

Source: Model Context Protocol 2025-11-25, lifecycle, tools and the transport stdio.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections import deque
from contextlib import suppress

from seatrial_reference import __version__, orphans
from seatrial_reference.errors import METHOD_NOT_FOUND
from seatrial_reference.log import note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.activity import TurnControl
    from seatrial_reference.tool_servers.configured import ToolServerConfig

REVISION = "2025-11-25"
START_SECONDS = 10.0


class ToolServerGone(Exception):
    """The tool server ended, or never answered."""


class Inbox:
    """The messages for whoever speaks with the tool server: one at a time."""

    def __init__(self) -> None:
        self._messages: deque[dict[str, Any] | None] = deque()
        self._arrived = threading.Event()
        self.control: TurnControl | None = None

    def put(self, message: dict[str, Any] | None) -> None:
        """Add a message, None for the end; a turn that waits for it is at work from here on."""
        self._messages.append(message)
        control = self.control
        if control is None:
            self._arrived.set()
        else:
            control.hand_over(self._arrived)

    def next(self, *, timeout: float | None = None) -> dict[str, Any]:
        """Wait for the next message; within a turn, the turn rests meanwhile.

        Raises:
            ToolServerGone: There is none: the process has ended, or the time was up.
            TurnInterrupted: The client asked for the turn to stop.
        """
        if self.control is None:
            self._arrived.wait(timeout)
        else:
            with self.control.waiting(self._arrived.set, on=self._arrived):
                self._arrived.wait()
            self.control.check()
        message = self._messages.popleft() if self._messages else None
        if not self._messages:
            self._arrived.clear()
            if self._messages:
                self._arrived.set()
        if message is None:
            raise ToolServerGone
        return message


class ToolProcess:
    """A tool server that runs.

    Args:
        config: How it is started.
        elicits: Whether the client can be asked on its behalf.

    Attributes:
        name: Its name in the configuration.
        tools: Its tools, as it lists them, by name.
        inbox: What it sends.

    Raises:
        OSError: Its program could not be started.
        ToolServerGone: It did not shake hands.
    """

    def __init__(self, config: ToolServerConfig, *, elicits: bool) -> None:
        self.name = config.name
        self.tools: dict[str, dict[str, Any]] = {}
        self.inbox = Inbox()
        self._numbers = 0
        self._process = subprocess.Popen(
            [config.command, *config.args],
            env={**os.environ, **config.env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        orphans.KEPT.add(self._process.pid)
        threading.Thread(target=self._read, name=f"tools-{self.name}", daemon=True).start()
        try:
            self._shake_hands(elicits=elicits)
        except ToolServerGone:
            self.close()
            raise

    def _shake_hands(self, *, elicits: bool) -> None:
        self.begin(
            "initialize",
            {
                "protocolVersion": REVISION,
                "capabilities": {"elicitation": {"form": {}, "url": {}}} if elicits else {},
                "clientInfo": {"name": "seatrial-reference", "version": __version__},
            },
        )
        self.inbox.next(timeout=START_SECONDS)
        self.send({"method": "notifications/initialized"})
        self.begin("tools/list", {})
        listed = self.inbox.next(timeout=START_SECONDS).get("result", {})
        self.tools = {tool["name"]: tool for tool in listed.get("tools", ())}

    def begin(self, method: str, params: dict[str, Any]) -> int:
        """Send a request; give its id, which its answer carries."""
        self._numbers += 1
        self.send({"id": self._numbers, "method": method, "params": params})
        return self._numbers

    def send(self, message: dict[str, Any]) -> None:
        """Send any message; one that cannot be sent is lost, and the inbox ends."""
        assert self._process.stdin is not None
        line = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False) + "\n"
        try:
            self._process.stdin.write(line.encode("utf-8", "replace"))
            self._process.stdin.flush()
        except OSError as error:
            note(f"the tool server {self.name} does not read: {error}")

    def close(self) -> None:
        """End the process and its group."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        orphans.KEPT.discard(self._process.pid)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                message = json.loads(line)
            except ValueError:
                note(f"the tool server {self.name} sent a line that is no message: {line[:80]!r}")
                continue
            self._take(message)
        self.inbox.put(None)

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if "id" in message and method == "ping":
            self.send({"id": message["id"], "result": {}})
        elif "id" in message and method not in {None, "elicitation/create"}:
            error = {"code": METHOD_NOT_FOUND, "message": f"Method not found: {method}"}
            self.send({"id": message["id"], "error": error})
        elif "id" in message:
            self.inbox.put(message)
