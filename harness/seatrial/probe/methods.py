"""Which methods a server has: from the schema that it writes of itself, or by asking for each."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib import resources

from seatrial.jsonrpc import ErrorResponse, Response
from seatrial.peer import PeerGone
from seatrial.probe.asking import Asker, Way
from seatrial.probe.starts import knows_not
from seatrial.profiles import Profile, Schema, builtin_names, load
from seatrial.schema import Bundle, Kind, schema_of

__all__ = ["Described", "asked_for", "described"]

PATIENCE = 0.5
"""The part of a question's bound after which methods that were not answered are given up."""


@dataclass(frozen=True, slots=True)
class Described:
    """A schema that the server wrote, and how it did."""

    schema: Schema
    bundle: Bundle

    @property
    def methods(self) -> dict[str, tuple[str, ...]]:
        """The methods of clients, by dialect."""
        found: dict[str, list[str]] = {}
        for message in self.bundle.messages[Kind.CLIENT_REQUEST].values():
            for dialect in message.dialects:
                found.setdefault(dialect, []).append(message.method)
        return {dialect: tuple(sorted(names)) for dialect, names in sorted(found.items())}


async def described(asker: Asker, way: Way) -> Described | None:
    """Has the server write its schema, in one of the ways that servers of this kind have.

    That it writes none is no failure.
    """
    server = asker.server(way)
    for said in _ways(server.profile):
        asked = replace(server, profile=server.profile.model_copy(update={"own_schema": said}))
        known = len(asker.failures)
        bundle = await asker.ask("its schema", partial(schema_of, asked))
        if bundle is not None:
            return Described(said, bundle)
        del asker.failures[known:]
    return None


def _ways(profile: Profile) -> Iterator[Schema]:
    """Yields the ways to write a schema: the profile's own, or else every one that is known."""
    known = (load(name).own_schema for name in builtin_names())
    for schema in (profile.own_schema,) if profile.own_schema else known:
        for one in reversed(schema.writes if schema else ()):
            assert schema is not None
            plain = one.model_copy(update={"since": None, "until": None})
            yield schema.model_copy(update={"writes": (plain,)})


async def asked_for(asker: Asker, way: Way) -> tuple[str, ...]:
    """Asks for each known method with empty parameters; returns those that the server knows."""
    text = (resources.files("seatrial.probe") / "methods.toml").read_text("utf-8")
    names: list[str] = tomllib.loads(text)[way.dialect]
    answer = await asker.ask(f"the methods of {way.dialect}", partial(_each, asker, way, names))
    return answer or ()


async def _each(asker: Asker, way: Way, names: list[str]) -> tuple[str, ...]:
    """Sends all requests at once, since some servers never answer what they do not know."""
    async with asker.start(way) as (_, agent):
        await agent.handshake()
        answers = {name: agent.peer.begin(name, {}) for name in names}
        await asyncio.wait(answers.values(), timeout=asker.bound * PATIENCE)
        return tuple(name for name in names if _is_known(answers[name], name))


def _is_known(answer: asyncio.Future[Response | ErrorResponse], name: str) -> bool:
    if not answer.done() or isinstance(answer.exception(), PeerGone):
        return False
    reply = answer.result()
    return not (isinstance(reply, ErrorResponse) and knows_not(reply, name))
