"""Layers of configuration: the file, the managed file, the command line; and a damaged file."""

from __future__ import annotations

from pathlib import PurePath

from seatrial.conformance import Trial, check
from seatrial.dialects import Agent, Conversation, Policy, Sandbox
from seatrial.peer import PeerGone, Refused, TimedOut
from seatrial_provider import RecordedRequest, reply, say

__all__ = ["command_line", "managed", "unreadable"]

FILE, MANAGED, COMMAND_LINE = "file", "managed-file", "command-line"
"""Each layer says its own name, as the value of a header of every request to the model."""

ANSWER_SECONDS = 5.0
"""What a handshake may take (times `SEATRIAL_TIMEOUT_FACTOR`) before nothing will come."""

KEPT, BOTH, ADDED = "x-seatrial-kept", "x-seatrial-both", "x-seatrial-added"
"""The headers: of the file alone, of both layers, of the layer over it alone."""


@check("config.layers.command-line")
async def command_line(trial: Trial) -> None:
    """Two headers and the model are set on the command line, two headers in the file."""
    _set_by_file(trial)
    trial.configure(
        "config.override", model=COMMAND_LINE, both=BOTH, added=ADDED, value=COMMAND_LINE
    )
    _look(trial, await _asked(trial), COMMAND_LINE)


@check("config.layers.managed")
async def managed(trial: Trial) -> None:
    """The same with the managed file, and then with the command line besides."""
    _set_by_file(trial)
    trial.configure("config.managed", model=MANAGED, both=BOTH, added=ADDED, value=MANAGED)
    _look(trial, await _asked(trial), MANAGED)
    trial.configure(
        "config.override", model=COMMAND_LINE, both=BOTH, added=ADDED, value=COMMAND_LINE
    )
    request = await _asked(trial)
    trial.saw.equal(
        "what the managed file and the command line set",
        expected=(COMMAND_LINE, COMMAND_LINE),
        arrived=(request.body_json().get("model"), request.header(BOTH)),
        cause="is the command line read before the managed file?",
    )


@check("config.layers.unreadable")
async def unreadable(trial: Trial) -> None:
    """It may start or not, but somebody is told, and the client need not wait for ever."""
    trial.configure("config.unreadable")
    answer = "an answer"
    try:
        async with trial.stranger() as agent:
            await agent.handshake(timeout=ANSWER_SECONDS)
            await agent.fence()
            if not _told(trial):  # it may look at its configuration no sooner than it needs it
                trial.model(reply(say("done")))
                await (await (await _start(agent, trial)).send("hello")).end(timeout=ANSWER_SECONDS)
    except Refused as error:
        answer = f"an error: {error.reply.message}"
    except PeerGone:
        answer = "the end of the connection"
    except TimedOut:
        answer = "nothing"
    trial.saw.that(
        "what came of the handshake, or of the first turn",
        answer != "nothing",
        expected="an answer, an error, or the end of the connection",
        arrived=answer,
        cause="does the server go on waiting though it has given up?",
    )
    trial.saw.equal(
        "whether the file's name or its format is in a message or on stderr",
        expected=True,
        arrived=_told(trial),
        cause="is a file that cannot be read taken for one that is not there?",
    )


def _told(trial: Trial) -> bool:
    """Returns whether anything that the server said has to do with its configuration file."""
    said = trial.home.stderr.read_text("utf-8", "replace")
    said += "".join(repr(entry.raw) for entry in trial.journal.from_server())
    files = [PurePath(name) for name in trial.server.profile.files]
    return any(word in said.lower() for path in files for word in (path.name, path.suffix[1:]))


async def _start(agent: Agent, trial: Trial) -> Conversation:
    return await agent.start(cwd=trial.workspace, policy=Policy.NEVER, sandbox=Sandbox.READ_ONLY)


async def _asked(trial: Trial) -> RecordedRequest:
    """Starts the server, plays one turn, and returns its request to the model.

    Raises:
        Untestable: The model was not asked.
    """
    trial.model(reply(say("done")))
    before = len(trial.provider.requests)
    async with trial.agent() as agent:
        end = await (await (await _start(agent, trial)).send("hello")).end()
    requests = trial.provider.requests[before:]
    if not requests:
        raise trial.untestable(
            "the model was never asked",
            expected="a request, to see the configuration by",
            arrived=f"the end of the turn: {end.status} {end.error or ''}".rstrip(),
            cause="does a plain turn work on this server?",
        )
    return requests[0]


def _set_by_file(trial: Trial) -> None:
    for name in (KEPT, BOTH):
        trial.configure("provider.headers", name=name, value=FILE)


def _look(trial: Trial, request: RecordedRequest, over: str) -> None:
    """Looks at what the file and the layer over it have come to."""
    trial.saw.equal(
        f"the model, which the file and the {over} set",
        expected=over,
        arrived=request.body_json().get("model"),
        cause="is the layer read at all?",
    )
    trial.saw.equal(
        f"in a table that the {over} adds to: what only the file sets",
        expected=FILE,
        arrived=request.header(KEPT),
        cause="is the whole table replaced?",
    )
    trial.saw.equal(
        f"in a table that the {over} adds to: what both set, and what it sets alone",
        expected=(over, over),
        arrived=(request.header(BOTH), request.header(ADDED)),
        cause="are the keys of the weaker layer the only ones, or the stronger ones?",
    )
