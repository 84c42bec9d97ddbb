"""What each tool does when it is called."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, CallToolResult, TextContent

from seatrial.toolserver.asking import Asker, Failed
from seatrial.toolserver.forms import FORMS, Form
from seatrial.toolserver.journal import ToolJournal

__all__ = ["Acts", "Gates", "answer"]

Act = Callable[[Asker, Mapping[str, Any]], Awaitable[CallToolResult]]


class Gates:
    """Gates by name: closed until somebody opens them."""

    def __init__(self) -> None:
        self._gates: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def open(self, name: str) -> None:
        """Opens a gate, for good."""
        self._gates[name].set()

    async def passed(self, name: str) -> None:
        """Returns once a gate is open."""
        await self._gates[name].wait()


def answer(text: str, structured: Any = None, *, failed: bool = False) -> CallToolResult:
    """Returns the result of a call: a text, and what stands beside it."""
    return CallToolResult(
        content=[TextContent(text=text)], structured_content=structured, is_error=failed
    )


class Acts:
    """The tools' deeds, each a method with the tool's name.

    Args:
        journal: Where they are recorded.
        gates: What `wait` waits for.
    """

    def __init__(self, journal: ToolJournal, gates: Gates) -> None:
        self._journal = journal
        self._gates = gates
        self._calls = 0
        self._last: ServerRequestContext[Any, Any] | None = None

    def listed(self, context: ServerRequestContext[Any, Any]) -> None:
        """Records that a client has asked for the tools."""
        self._last = context
        self._journal.note("listed")

    async def fence(self) -> None:
        """Returns when the client of the last request has sent all that was to come before.

        Raises:
            MCPError: It does not answer a ping.
        """
        if self._last is not None:
            await self._last.session.send_ping()

    async def perform(
        self, context: ServerRequestContext[Any, Any], tool: str, given: Mapping[str, Any]
    ) -> CallToolResult:
        """Does what a tool does, and records the call and its end.

        Raises:
            MCPError: The tool is one that is answered with an error.
        """
        self._calls += 1
        self._last = context
        asker = Asker(context=context, journal=self._journal, call=self._calls, tool=tool)
        meta = _meta(context)
        self._journal.note("called", call=asker.call, tool=tool, arguments=dict(given), meta=meta)
        act: Act = getattr(self, tool)
        try:
            result = await act(asker, given)
        except Failed as failure:
            result = answer(str(failure), failed=True)
        except asyncio.CancelledError:
            self._journal.note("cancelled", call=asker.call, tool=tool)
            raise
        self._journal.note(
            "returned", call=asker.call, tool=tool, failed=result.is_error, meta=result.meta
        )
        return result

    async def ask(self, asker: Asker, given: Mapping[str, Any]) -> CallToolResult:
        """Asks by one form."""
        return self.answered(await asker.form(_form(given)))

    async def ask_url(self, asker: Asker, given: Mapping[str, Any]) -> CallToolResult:
        """Asks by an address."""
        return self.answered(await asker.url(str(given["url"])))

    async def ask_twice(self, asker: Asker, given: Mapping[str, Any]) -> CallToolResult:
        """Asks by one form, and by the same again."""
        form = _form(given)
        return self.answered(await asker.form(form), await asker.form(form))

    async def ask_both(self, asker: Asker, given: Mapping[str, Any]) -> CallToolResult:
        """Asks by two forms at once."""
        del given
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(_kept(asker.form(FORMS[name]))) for name in ("name", "numbers")
            ]
        answers = [one.result() for one in asked]
        failed = next((one for one in answers if isinstance(one, Failed)), None)
        if failed is not None:
            raise failed
        return self.answered(*(one for one in answers if isinstance(one, dict)))

    def answered(self, *answers: dict[str, Any]) -> CallToolResult:
        """Gives the user's answers back, and whether all of them accept."""
        accepted = all(one["action"] == "accept" for one in answers)
        said = {"accepted": accepted, "answers": list(answers)}
        return answer(json.dumps(said), said)

    async def wait(self, asker: Asker, given: Mapping[str, Any]) -> CallToolResult:
        """Waits for a gate."""
        self._journal.note("waiting", call=asker.call, tool=asker.tool, gate=given["gate"])
        await self._gates.passed(str(given["gate"]))
        return answer("the gate is open")

    async def open(self, asker: Asker, given: Mapping[str, Any]) -> CallToolResult:
        """Opens a gate."""
        del asker
        self._gates.open(str(given["gate"]))
        return answer("opened")

    async def fail(self, asker: Asker, given: Mapping[str, Any]) -> CallToolResult:
        """Fails."""
        raise Failed("this tool always fails")

    async def refuse(self, asker: Asker, given: Mapping[str, Any]) -> CallToolResult:
        """Is answered with an error."""
        raise MCPError(INTERNAL_ERROR, "this tool always answers with an error")

    async def large(self, asker: Asker, given: Mapping[str, Any]) -> CallToolResult:
        """Gives a long text."""
        del asker
        line = "The sea is deep, and this is one line of a long text.\n"
        size = int(given["bytes"])
        return answer((line * (size // len(line) + 1))[:size])

    async def structured(self, asker: Asker, given: Mapping[str, Any]) -> CallToolResult:
        """Gives structured content."""
        del asker, given
        found = {"depth": 10_935.5, "fish": ["snailfish", "cusk-eel"]}
        return answer(json.dumps(found), found)

    async def progress(self, asker: Asker, given: Mapping[str, Any]) -> CallToolResult:
        """Reports its progress."""
        steps = int(given["steps"])
        for step in range(1, steps + 1):
            await asker.context.session.report_progress(step, steps, f"step {step}")
        return answer(f"{steps} steps")

    async def echo(self, asker: Asker, given: Mapping[str, Any]) -> CallToolResult:
        """Gives back what it got, with a `_meta` of its own."""
        found = answer(str(given["text"]), {"_meta": _meta(asker.context)})
        return found.model_copy(update={"meta": {"seatrial/kept": {"depth": 3}}})


def _form(given: Mapping[str, Any]) -> Form:
    return FORMS[str(given["form"])]


def _meta(context: ServerRequestContext[Any, Any]) -> dict[str, Any]:
    """Returns the `_meta` of a call as it came."""
    return dict((context.params or {}).get("_meta", {}))


async def _kept(asked: Awaitable[dict[str, Any]]) -> dict[str, Any] | Failed:
    """Returns a failure instead of raising it, so that what is asked beside it goes on."""
    try:
        return await asked
    except Failed as failure:
        return failure
