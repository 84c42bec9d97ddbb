"""The first exchange with a server, in the two ways that dialects have of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from seatrial.dialects.port import ServerInfo, SpeaksOtherwise
from seatrial.dialects.shape import member
from seatrial.jsonrpc import ErrorResponse, Malformed, Response
from seatrial.peer import Peer

__all__ = ["app_server", "mcp"]

CLIENT = "seatrial"
PROTOCOL = "2025-06-18"
"""The revision of the Model Context Protocol that we ask for."""

CAPABILITIES: Mapping[str, Any] = MappingProxyType({"elicitation": {}})
"""What we say of ourselves in it: that we can be asked, by forms."""

_ANSWERS = (Response, ErrorResponse, Malformed)


_USER_AGENT, _SERVER_INFO = '"userAgent"', '"serverInfo"'
_OTHERS = {
    _USER_AGENT: "is this an MCP server, or an app-server of another generation?",
    _SERVER_INFO: "is this an app-server, or no server of the Model Context Protocol at all?",
}


async def app_server(
    peer: Peer, dialect: str, capabilities: dict[str, Any] | None, timeout: float | None
) -> ServerInfo:
    """Shakes hands with an app-server: `initialize`, then `initialized`.

    Args:
        peer: Our end.
        dialect: What is expected of the server, for the error.
        capabilities: Ours, if the dialect has any.
        timeout: The bound in seconds.

    Raises:
        SpeaksOtherwise: The answer is an error, has no user agent, or is no message at all.
    """
    params: dict[str, Any] = {"clientInfo": _client()}
    if capabilities is not None:
        params["capabilities"] = capabilities
    result = await _initialize(
        peer, dialect, params, _USER_AGENT, lambda r: "userAgent" in r, timeout
    )
    peer.notify("initialized")
    agent = str(result["userAgent"])
    return ServerInfo(user_agent=agent, release=_release(agent), raw=result)


async def mcp(
    peer: Peer,
    dialect: str,
    timeout: float | None,
    *,
    capabilities: Mapping[str, Any] = CAPABILITIES,
) -> ServerInfo:
    """Shakes hands as the Model Context Protocol has it.

    Args:
        peer: Our end.
        dialect: What is expected of the server, for the error.
        timeout: The bound in seconds.
        capabilities: Ours; that we can be asked by elicitation, without it.

    Raises:
        SpeaksOtherwise: The answer is an error, names no server, or is no message at all.
    """
    params = {
        "protocolVersion": PROTOCOL,
        "capabilities": dict(capabilities),
        "clientInfo": _client(),
    }
    result = await _initialize(
        peer, dialect, params, _SERVER_INFO, lambda r: bool(member(r, "serverInfo")), timeout
    )
    peer.notify("notifications/initialized")
    info = member(result, "serverInfo")
    named = f"{info.get('name')}/{info.get('version')}"
    agent = str(info.get("user_agent", named))
    release = str(info["version"]) if "version" in info else _release(agent)
    return ServerInfo(user_agent=agent, release=release, raw=result)


def _client() -> dict[str, str]:
    return {"name": CLIENT, "title": "Seatrial", "version": version("seatrial")}


def _release(agent: str) -> str | None:
    found = re.match(r"[^/]*/([^\s()]+)", agent)
    return found[1] if found else None


async def _initialize(
    peer: Peer,
    dialect: str,
    params: dict[str, Any],
    wanted: str,
    fits: Callable[[dict[str, Any]], bool],
    timeout: float | None,
) -> dict[str, Any]:
    since = peer.journal.end()
    peer.begin("initialize", params)
    answer = await peer.wait_for(
        "the answer to initialize",
        lambda entry: entry.message if isinstance(entry.message, _ANSWERS) else None,
        since=since,
        timeout=timeout,
    )
    result = getattr(answer, "result", None)
    if isinstance(result, dict) and fits(result):
        return result
    raise _otherwise(peer, dialect, wanted, answer)


def _otherwise(peer: Peer, dialect: str, wanted: str, answer: Any) -> SpeaksOtherwise:
    if isinstance(answer, Malformed):
        arrived = f"a line that is no message, {answer.reason}: {answer.line[:80]!r}"
        cause = "does it print a banner or a log on stdout, or speak another protocol?"
    elif isinstance(answer, ErrorResponse):
        arrived = f"error {answer.code}: {answer.message}"
        cause = "does this server want other parameters, or know no initialize?"
    else:
        arrived = f"{getattr(answer, 'raw', answer)!r:.200}"
        cause = _OTHERS[wanted]
    return SpeaksOtherwise(
        f"the server does not speak {dialect}",
        expected=f"a result with {wanted} in answer to initialize",
        arrived=arrived,
        cause=cause,
        remedy="check the command's arguments (codex needs `app-server`) and the profile",
        evidence=peer.evidence(),
    )
