"""The mock model provider: a script on one side, an HTTP server on the other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seatrial_provider.answering.answerer import Answerer
from seatrial_provider.answering.context import BASE_PATH, Context
from seatrial_provider.chat.builders import ReasoningField, reasoning_field
from seatrial_provider.clients import as_problem
from seatrial_provider.encodings import LARGEST_BODY
from seatrial_provider.invariants import checked_names
from seatrial_provider.journal import Journal, JournalBounds
from seatrial_provider.leftovers import leftovers
from seatrial_provider.responses.flavours import Flavour, flavour_named
from seatrial_provider.script import (
    LOOP_LIMIT,
    Condition,
    InOrder,
    Reply,
    Script,
    ScriptFile,
    Section,
    load_script,
)
from seatrial_provider.settings import check_settings
from seatrial_provider.state.models import Models
from seatrial_provider.state.store import KEPT, Store
from seatrial_provider.wire.listening import Listening
from seatrial_provider.wire.server import LOOPBACK, HttpServer
from seatrial_provider.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from seatrial_provider.faults.connecting import ConnectingFault
    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.problems import Problem
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.wire.plan import Plan


class Provider(Listening, Witness):
    """A model provider that says what it is told to, and judges what it is asked.

    It serves the Responses API on 127.0.0.1, on a port that the system chooses:

        async with Provider() as provider:
            provider.script(reply(say("done")))
            ...  # run the server under test against provider.base_url
            assert provider.verify() == []

    Args:
        ignore: The names of the invariants that are not checked; see `INVARIANTS`.
        flavour: In which flavour the Responses API is spoken: `full`, `open` or `minimal`.
        chat_reasoning: The member in which Chat Completions says what the model thinks:
            `reasoning_content`, `reasoning`, or None, as the API itself, which keeps it back.
        chat_whole_calls: Whether Chat Completions sends a tool call whole in one chunk, as many
            servers do, instead of in pieces, as the API does.
        models: The models that are listed: ids, or objects with an `id` or a `slug`.
        kept: How many responses, and how many conversations, can be asked for again.
        loop_limit: How many outputs of calls a turn may hold before a permanent reply is taken
            for a loop; None for any number.
        seed: Where the choices of faults come from; the same seed makes the same ones.
        api_key: The key that every request must carry as `Authorization: Bearer`, or is answered
            with status 401; None takes any, and none.
        replays_timing: Whether recorded answers take their time as they did then.
        host: The address to listen on.
        port: The port to listen on; 0 lets the system choose a free one.
        largest_body: The most bytes that the body of a request may have.
        journal: How much of the journal is kept in memory; the rest is kept in a file.
        journal_file: Where the whole journal is written when the provider is closed.
        redact: Secrets that are taken out of whatever is written down, besides those that are
            known by the name of their header or member.

    Raises:
        ScriptError: `ignore` names an invariant that does not exist, `flavour` is none, or
            another setting has an unusable value.
    """

    what = "provider"

    def __init__(
        self,
        *,
        ignore: Iterable[str] = (),
        flavour: Flavour | str = Flavour.FULL,
        chat_reasoning: ReasoningField | None = "reasoning_content",
        chat_whole_calls: bool = False,
        models: Iterable[str | JsonObject] = (),
        kept: int = KEPT,
        loop_limit: int | None = LOOP_LIMIT,
        seed: int = 0,
        api_key: str | None = None,
        replays_timing: bool = True,
        host: str = LOOPBACK,
        port: int = 0,
        largest_body: int = LARGEST_BODY,
        journal: JournalBounds | None = None,
        journal_file: str | Path | None = None,
        redact: Iterable[str] = (),
    ) -> None:
        check_settings(
            kept=kept,
            loop_limit=loop_limit,
            seed=seed,
            api_key=api_key,
            host=host,
            port=port,
            largest_body=largest_body,
        )
        self._new_script = partial(Script, loop_limit=loop_limit)
        self._new_journal = partial(Journal, journal, redact=tuple(redact))
        self._new_store = partial(Store, kept)
        self._models = Models(models)
        self._new_context = partial(
            Context,
            ignore=checked_names(ignore),
            flavour=flavour_named(flavour),
            chat_reasoning=reasoning_field(chat_reasoning),
            chat_whole_calls=chat_whole_calls,
            models=self._models,
            seed=seed,
            api_key=api_key,
            replays_timing=replays_timing,
        )
        self._journal_file = journal_file
        self._begin()
        self._answerer = Answerer(
            context=self._context(), journal=self._journal, largest_body=largest_body
        )
        server = HttpServer(self._answerer, host=host, port=port, limit=largest_body)
        super().__init__(server, host)

    def _begin(self) -> None:
        self._script = self._new_script()
        self._journal = self._new_journal()
        self._problems: list[Problem] = []

    def _context(self) -> Context:
        return self._new_context(
            script=self._script, report=self._problems.append, store=self._new_store()
        )

    async def close(self) -> None:
        """Stops serving; whatever is held at a gate is cut off, every socket is closed."""
        self._journal.close()
        await super().close()
        if self._journal_file is not None:
            self._journal.dump(self._journal_file)

    def reset(self) -> None:
        """Begins anew on the same port: no script, no journal, no problems, nothing kept.

        Answers that are held or half-sent are cut off, and whoever waits for requests gets the
        error of a provider that was closed.
        """
        self._journal.close()
        self._server.end_busy()
        self._begin()
        self._answerer.begin_anew(context=self._context(), journal=self._journal)

    def serve_beside(self, answer: Callable[[RecordedRequest], Plan | None]) -> None:
        """Has requests that are not of the API answered, and left out of the journal.

        Args:
            answer: Returns the plan of an answer, or None for a request that is of the API.
        """
        self._answerer.beside = answer

    @property
    def base_url(self) -> str:
        """Where it serves, such as `http://127.0.0.1:40123/v1`.

        Raises:
            ProviderStateError: It was not started yet.
        """
        return f"{self.origin}{BASE_PATH}"

    def script(self, *replies: Reply | InOrder) -> None:
        """Adds replies at the end of the script; it may be called at any time.

        A request takes the first reply that is open to it and whose `when` it meets.

        Args:
            *replies: What `reply(...)`, `reply_with(...)` or `in_order(...)` made.

        Raises:
            ScriptError: Something else was given, or a reply could never be used. Nothing is
                added then.
        """
        self._script.append(*replies)
        self._answerer.prepare(replies)

    def conversation(self, name: str, when: Condition | None = None) -> Section:
        """Returns a section of the script for one conversation; the first call makes it.

        Its method `script` adds replies, which come before the common ones for its requests.

        Args:
            name: What to call it; ids of its answers have it in them.
            when: Which requests are of it; None for those that name the conversation by `name`.

        Raises:
            ScriptError: The name cannot be in an id, or was given before with another `when`.
        """
        return self._script.conversation(name, when)

    def script_file(self, path: str | Path) -> ScriptFile:
        """Adds what a script file says, after what is there already.

        Args:
            path: A file in YAML (`.yaml`, `.yml`) or JSON (`.json`).

        Returns:
            What the file says; its `gates` are those of its replies, by name.

        Raises:
            ScriptFileError: It has mistakes; the error names all of them, with line and column.
            ScriptError: It cannot be read, or does not go together with what is there already.
        """
        loaded = load_script(path)
        self.add_script(loaded)
        return loaded

    def add_script(self, loaded: ScriptFile) -> None:
        """Adds what `load_script` read, as `script_file` does.

        Raises:
            ScriptError: It does not go together with what is there already.
        """
        loaded.add_to(self._script)

    @property
    def models(self) -> list[str | JsonObject]:
        """The models that are listed; setting it changes the list and its entity tag."""
        return list(self._models.given)

    @models.setter
    def models(self, models: Iterable[str | JsonObject]) -> None:
        self._models.replace(models)

    async def admit(self, fault: ConnectingFault | None = None) -> None:
        """Makes something go wrong with new connections, or nothing any more.

        Args:
            fault: What goes wrong from now on; None lets clients connect as usual.
        """
        self._server.admission = () if fault is None else fault.plan()
        if fault is not None and fault.refuses:
            await self._server.refuse()
        else:
            await self._server.listen()

    def verify(self, *, client: bool = False) -> list[Problem]:
        """Says everything that is wrong so far.

        Args:
            client: Whether the verdicts on the client that are failures count too.

        Returns:
            The problems that requests brought up, in order; then one for each unused reply;
            then one for each gate that was left closed or never reached; then the client's.
            Empty if all is well.
        """
        count = len(self._journal.model_requests)
        left = leftovers(self._script, requests=count)
        judged = self.client_verdicts() if client else []
        return [*self._problems, *left, *filter(None, map(as_problem, judged))]
