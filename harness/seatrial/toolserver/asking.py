"""Asking the client's user from within a call: by a form or by an address, and reading the answer.

Source: Model Context Protocol 2025-06-18 and 2025-11-25, elicitation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jsonschema
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitResult
from pydantic import ValidationError

from seatrial.toolserver.forms import Form
from seatrial.toolserver.journal import ToolJournal

__all__ = ["Asker", "Failed"]


class Failed(Exception):
    """The tool cannot do what it was called for; its result says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Asks on behalf of one call.

    Attributes:
        context: The call, as the SDK has it.
        journal: Where questions and answers are recorded.
        call: The call's number.
        tool: The tool's name.
    """

    context: ServerRequestContext[Any, Any]
    journal: ToolJournal
    call: int
    tool: str

    async def form(self, form: Form) -> dict[str, Any]:
        """Asks by a form; returns the answer.

        Raises:
            Failed: The client cannot be asked, refuses, or accepts with what does not fit.
        """
        self._must_take("form")
        self._note("asked", mode="form", message=form.message, requestedSchema=form.schema)
        asked = self.context.session.elicit_form(form.message, form.schema, self.context.request_id)
        answer = await self._answer(asked)
        if answer["action"] == "accept":
            self.check(form, answer.get("content") or {})
        return answer

    async def url(self, url: str) -> dict[str, Any]:
        """Asks the user to open an address; returns the answer, which is no completion.

        Raises:
            Failed: The client cannot be asked, or refuses.
        """
        self._must_take("url")
        name, message = f"seatrial-{self.call}", "Open this address to go on."
        self._note("asked", mode="url", message=message, url=url, elicitationId=name)
        return await self._answer(
            self.context.session.elicit_url(message, url, name, self.context.request_id)
        )

    def check(self, form: Form, content: dict[str, Any]) -> None:
        """Looks whether content fits its form.

        Raises:
            Failed: It does not.
        """
        strict = {**form.schema, "additionalProperties": False}
        try:
            jsonschema.validate(
                content, strict, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
            )
        except jsonschema.ValidationError as error:
            raise Failed(f"the content does not fit the form: {error.message}") from None

    def _must_take(self, mode: str) -> None:
        """Looks whether the client declared that it can be asked in this way."""
        declared = self.context.session.client_capabilities
        asks = declared.elicitation if declared else None
        if asks is None or (mode == "url" and asks.url is None):
            self._note("unasked", mode=mode)
            raise Failed(f"the client cannot be asked: it did not declare elicitation by {mode}")

    async def _answer(self, asked: Any) -> dict[str, Any]:
        try:
            result: ElicitResult = await asked
        except MCPError as error:
            self._note("refused", code=error.code, message=error.message)
            raise Failed(f"the client answered with an error: {error.message}") from None
        except ValidationError as error:
            self._note("unusable", reason=str(error))
            raise Failed("the client's answer is no answer to an elicitation") from None
        answer = result.model_dump(include={"action", "content"}, exclude_none=True)
        self._note("answered", **answer)
        return answer

    def _note(self, event: str, **data: Any) -> None:
        self.journal.note(event, call=self.call, tool=self.tool, **data)
