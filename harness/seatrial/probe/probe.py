"""Asks a server everything, one question after another, and gathers what it answers."""

from __future__ import annotations

import os
from collections.abc import Callable

from seatrial.probe.asking import Asker, Way
from seatrial.probe.found import Failure, Found, Spoke
from seatrial.probe.methods import asked_for, described
from seatrial.probe.starts import spoken
from seatrial.probe.turns import leaves, policies, sandboxes, wires
from seatrial.servers import ServerUnderTest

__all__ = ["probe"]

BOUND = 15.0
"""Seconds that one question may take unless the caller says otherwise."""


async def probe(
    server: ServerUnderTest,
    *,
    bound: float = BOUND,
    jobs: int | None = None,
    stage: Callable[[str], None] = lambda text: None,
) -> Found:
    """Finds out about a server by asking it; never raises for what the server does.

    Args:
        server: The server; what its profile says of dialects, wires and claims is not believed.
        bound: Seconds that one question may take.
        jobs: How many are asked at once; one a processor without it.
        stage: Is told what is asked next.
    """
    asker = Asker(server, bound=bound, jobs=jobs or os.cpu_count() or 1)
    found = Found(program=server.program)
    stage("which dialects it speaks")
    speaks = await spoken(asker)
    if not speaks:
        return found.with_(failures=tuple(asker.failures))
    asker.failures = [one for one in asker.failures if not _expected(one, speaks)]
    first = _way(speaks[0])
    stage("which methods it has")
    schema = await described(asker, first)
    methods = dict(schema.methods) if schema else {}
    by_schema = tuple(methods)
    for one in speaks:
        if one.dialect not in methods:
            methods[one.dialect] = await asked_for(asker, _way(one))
    stage("what it asks the model in, and what it offers")
    wired = await wires(asker, first)
    stage("which policies and sandboxes it takes")
    tried, modes = await policies(asker, first), await sandboxes(asker, first)
    stage("how it leaves")
    return found.with_(
        spoken=tuple(speaks),
        wires=tuple(one.name for one in wired),
        tools=wired[0].tools if wired else (),
        policies=tuple(tried),
        sandboxes=tuple(modes),
        methods=methods,
        described=by_schema,
        own_schema=schema.schema if schema else None,
        leaves=await leaves(asker, first),
        failures=tuple(asker.failures),
    )


def _way(one: Spoke) -> Way:
    return Way(dialect=one.dialect, opening=one.opening, arguments=one.arguments, words=one.words)


def _expected(failure: Failure, speaks: list[Spoke]) -> bool:
    """Whether a way to start it failed that another way for the same dialect made up for."""
    return any(failure.question.startswith(f"{one.dialect}, ") for one in speaks)
