"""The admin API: what a test in another language says to the provider, over HTTP.

Its paths begin with `/_seatrial`. Requests and answers are JSON; a script may be YAML. It is not
part of any model provider's API, and its requests are in no journal.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from seatrial_provider.answering.answers import json_answer
from seatrial_provider.errors import ProviderError, WaitTimeoutError
from seatrial_provider.script.files.load import parse_script
from seatrial_provider.standalone.trouble import AdminError, told
from seatrial_provider.wire.plan import Plan, Then

if TYPE_CHECKING:
    from seatrial_provider.gates import Gate
    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.provider import Provider
    from seatrial_provider.recorded import RecordedRequest

ADMIN_PATH = "/_seatrial"
"""What the paths of the admin API begin with."""

LONGEST_WAIT = 60.0
"""The most seconds that a request of the admin API may wait."""

_WAIT = 10.0
_PAGE = 100


class Admin:
    """Answers the admin API of one provider.

    Args:
        provider: The provider.
        shut_down: Called when a client asks for the end.

    Attributes:
        gates: The gates that scripts have named so far, by name.
    """

    def __init__(self, provider: Provider, *, shut_down: Callable[[], None]) -> None:
        self.gates: dict[str, Gate] = {}
        self._provider = provider
        self._shut_down = shut_down

    def answer(self, request: RecordedRequest) -> Plan | None:
        """Returns the plan of the answer to a request of the admin API; None for another.

        Args:
            request: The request.
        """
        if not f"{request.path}/".startswith(f"{ADMIN_PATH}/"):
            return None
        return (Then(lambda: self._plan(request)),)

    async def _plan(self, request: RecordedRequest) -> Plan:
        try:
            handler, names = self._handler(request)
            status, body = 200, await handler(self, request, names)
        except ProviderError as error:
            status, body = _status(error), {"error": told(error)}
        return json_answer(body, request_id="req_admin", status=status).plan

    def _handler(self, request: RecordedRequest) -> tuple[Handler, Mapping[str, str]]:
        if request.header("origin") is not None:
            raise AdminError(
                403,
                "a web page may not use the admin API",
                expected="a program, which sends no Origin header",
                arrived=f"origin: {request.header('origin')}",
            )
        below = request.path.removeprefix(ADMIN_PATH) or "/"
        methods: list[str] = []
        for (method, pattern), handler in ROUTES.items():
            found = re.fullmatch(pattern, below)
            if found is not None and method == request.method:
                return handler, found.groupdict()
            methods += [method] * (found is not None)
        if methods:
            raise AdminError(
                405,
                f"{below} takes another method",
                expected=" or ".join(methods),
                arrived=request.method,
            )
        raise AdminError(
            404,
            f"the admin API has no {below}",
            expected="one of the paths that the documentation lists",
            arrived=f"{request.method} {request.path}",
        )

    async def health(self, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
        """Says where the API is, and how much has happened."""
        return {
            "base_url": self._provider.base_url,
            "requests": len(self._provider.requests),
            "problems": len(self._provider.verify()),
        }

    async def add_script(self, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
        """Adds the replies of a script, in YAML or JSON."""
        kind = (request.header("content-type") or "").partition(";")[0].strip()
        try:
            text = request.body.decode()
        except UnicodeDecodeError as error:
            raise AdminError(
                400, "the script cannot be read", expected="UTF-8", arrived=str(error)
            ) from error
        loaded = parse_script(text, file="script", is_json=kind == "application/json")
        self._provider.add_script(loaded)
        self.gates.update(loaded.gates)
        return {"gates": sorted(loaded.gates)}

    async def reset(self, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
        """Begins anew: no script, no journal, no problems."""
        self.gates.clear()
        self._provider.reset()
        return {}

    async def list_requests(self, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
        """Lists requests from the journal, in order of arrival."""
        given = dict(parse_qsl(request.query, keep_blank_values=True))
        every = given.get("all") == "true"
        requests = self._provider.journal if every else self._provider.requests
        after, limit = _number(given, "after", 0), _number(given, "limit", _PAGE)
        page = [self._provider.described(one) for one in requests[after : after + limit]]
        return {"requests": page, "total": len(requests)}

    async def wait_for_requests(
        self, request: RecordedRequest, names: Mapping[str, str]
    ) -> JsonObject:
        """Waits until that many model requests have arrived."""
        given = _body(request)
        count, timeout = _number(given, "count", 1), _seconds(given)
        await self._provider.wait_for_requests(count, timeout=timeout)
        return {"total": len(self._provider.requests)}

    async def list_gates(self, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
        """Lists the gates that scripts have named."""
        return {"gates": [_gate(gate) for gate in self.gates.values()]}

    async def wait_for_gate(self, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
        """Waits until a reply has come to a gate."""
        gate = self._gate(names["name"])
        await gate.reached(timeout=_seconds(_body(request)))
        return _gate(gate)

    async def release_gate(self, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
        """Opens a gate."""
        gate = self._gate(names["name"])
        gate.release()
        return _gate(gate)

    async def verify(self, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
        """Says everything that is wrong so far; with `client=true`, of the client as well."""
        problems = self._provider.verify(client="client=true" in request.query.split("&"))
        return {"ok": not problems, "problems": [asdict(problem) for problem in problems]}

    async def list_models(self, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
        """Says which models are listed."""
        return {"models": self._provider.models}

    async def set_models(self, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
        """Sets which models are listed."""
        models = _body(request).get("models")
        if not isinstance(models, list):
            raise AdminError(
                400,
                "the models cannot be read",
                expected="an object whose member 'models' is a list",
                arrived=repr(models),
            )
        self._provider.models = models
        return {"models": self._provider.models}

    async def shut_down(self, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
        """Ends the provider, once this was answered."""
        self._shut_down()
        return {}

    def _gate(self, name: str) -> Gate:
        if name in self.gates:
            return self.gates[name]
        raise AdminError(
            404,
            f"there is no gate {name!r}",
            expected=f"one of {', '.join(sorted(self.gates)) or 'none yet'}",
            arrived=repr(name),
        )


Handler = Callable[[Admin, "RecordedRequest", Mapping[str, str]], Awaitable["JsonObject"]]

ROUTES: Mapping[tuple[str, str], Handler] = {
    ("GET", "/"): Admin.health,
    ("POST", "/script"): Admin.add_script,
    ("POST", "/reset"): Admin.reset,
    ("GET", "/requests"): Admin.list_requests,
    ("POST", "/requests/wait"): Admin.wait_for_requests,
    ("GET", "/gates"): Admin.list_gates,
    ("POST", r"/gates/(?P<name>[^/]+)/wait"): Admin.wait_for_gate,
    ("POST", r"/gates/(?P<name>[^/]+)/release"): Admin.release_gate,
    ("GET", "/verify"): Admin.verify,
    ("GET", "/models"): Admin.list_models,
    ("PUT", "/models"): Admin.set_models,
    ("POST", "/shutdown"): Admin.shut_down,
}
"""Every path of the admin API below `ADMIN_PATH`, with its method."""


def _status(error: ProviderError) -> int:
    if isinstance(error, AdminError):
        return error.status
    return 408 if isinstance(error, WaitTimeoutError) else 400


def _body(request: RecordedRequest) -> JsonObject:
    try:
        given = orjson.loads(request.body) if request.body else {}
    except ValueError as error:
        raise AdminError(
            400, "the body cannot be read", expected="a JSON object", arrived=str(error)
        ) from error
    if isinstance(given, dict):
        return given
    raise AdminError(400, "the body cannot be read", expected="a JSON object", arrived=repr(given))


def _number(given: Mapping[str, Any], name: str, default: int) -> int:
    value = given.get(name, default)
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise AdminError(
        400, f"{name} cannot be read", expected="a whole number from 0 on", arrived=repr(value)
    )


def _seconds(given: Mapping[str, Any]) -> float:
    value = given.get("timeout", _WAIT)
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 <= value <= LONGEST_WAIT
    ):
        return float(value)
    raise AdminError(
        400,
        "timeout cannot be read",
        expected=f"seconds, from 0 to {LONGEST_WAIT:g}",
        arrived=repr(value),
    )


def _gate(gate: Gate) -> JsonObject:
    return {
        "name": gate.name,
        "reached": gate.is_reached,
        "released": gate.is_released,
    }
