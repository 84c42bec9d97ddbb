"""What can be done with saved threads, in no dialect's words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seatrial_reference.errors import INVALID_REQUEST, RequestError
from seatrial_reference.ids import new_id, now_s
from seatrial_reference.rollout import RolloutBusy, rollout_path
from seatrial_reference.saved import reopening
from seatrial_reference.saved.record import IN_PROGRESS, Record, RecordReader
from seatrial_reference.saved.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.params import Params
    from seatrial_reference.threads import Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A thread that is loaded, and its record."""

    thread: Thread
    record: Record


class Library:
    """The saved threads of a home, as one connection sees them.

    Args:
        conversations: The loaded threads, and what they share.

    Attributes:
        reader: What reads rollouts.
        store: What finds and moves them.
    """

    reader: type[RecordReader] = RecordReader
    store: type[Store] = Store

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations
        self.home = conversations.config.home
        self.records = self.reader()
        self.files = self.store(self.home)

    def resume(self, thread_id: str, path: str, params: Params) -> Opened:
        """Load a thread by its path, or by its id where there is no path.

        Args:
            thread_id: The id; may be empty.
            path: The path; may be empty. It goes before the id.
            params: The settings that the client asks for: `cwd`, `model`, `approvalPolicy`,
                `sandbox`.

        Raises:
            RequestError: There is no such thread, it is archived, its rollout cannot be read, or
                another server has it open.
        """
        record = self.records.read(path or str(self.find(thread_id)))
        loaded = self.conversations.threads.get(record.id)
        if loaded is not None:
            return Opened(thread=loaded, record=self.rejoined(loaded, record))
        thread = reopening.thread(self.conversations, record, params)
        try:
            thread.rollout.adopt()
        except RolloutBusy as error:
            raise RequestError(
                INVALID_REQUEST, f"cannot resume thread {thread.id}: {error}"
            ) from None
        thread.remember(*record.unanswered())
        self.conversations.threads[thread.id] = thread
        return Opened(thread=thread, record=record)

    def rejoined(self, thread: Thread, record: Record) -> Record:
        """Give the record of a thread that is loaded: its last turn may still be running."""
        running = thread.running
        if running is not None and record.turns and record.turns[-1].id == running.turn_id:
            record.turns[-1].status = IN_PROGRESS
        return record

    def read(self, thread_id: str) -> Record:
        """Read a thread, archived or not, without loading it.

        Raises:
            RequestError: There is none, or its rollout cannot be read.
        """
        path = self.files.find(thread_id) or self.files.find(thread_id, archived=True)
        if path is None:
            raise _unknown(thread_id)
        record = self.records.read(str(path))
        loaded = self.conversations.threads.get(thread_id)
        return self.rejoined(loaded, record) if loaded else record

    def page(
        self, limit: int | None, cursor: str | None, *, archived: bool = False
    ) -> tuple[list[Thread], str | None]:
        """Give a page of the saved threads, newest first, and the cursor of the next.

        Raises:
            RequestError: The cursor is none that this gave.
        """
        paths, following = self.files.page(limit=limit, cursor=cursor, archived=archived)
        return [thread for path in paths if (thread := self._listed(path))], following

    def fork(self, thread_id: str, path: str, last_turn: str | None, params: Params) -> Opened:
        """Make a thread of its own out of the history of another one, up to a turn or whole.

        Raises:
            RequestError: There is no such thread or turn, or its rollout cannot be read.
        """
        record = self.records.read(path or str(self.find(thread_id)))
        name, moment = new_id(), now_s()
        copy = Path(rollout_path(self.home, name, moment))
        reopening.copy(record, self.upto(record, last_turn), copy, name, moment)
        return self.resume(name, str(copy), params)

    def upto(self, record: Record, last_turn: str | None) -> int:
        """Give the number of lines that a fork takes over.

        Raises:
            RequestError: There is no such turn.
        """
        if last_turn is None:
            return len(record.lines)
        turn = next((turn for turn in record.turns if turn.id == last_turn), None)
        if turn is None:
            raise RequestError(INVALID_REQUEST, f"turn not found: {last_turn}")
        return turn.last_line + 1

    def roll_back(self, thread: Thread, turns: int) -> Record:
        """Drop the last turns of a loaded thread, here and in its record.

        Raises:
            RequestError: A turn is running, or there are not so many.
        """
        record = self.records.read(thread.path)
        with thread.lock:
            if thread.running is not None:
                raise RequestError(INVALID_REQUEST, f"thread {thread.id} has a turn in progress")
            if not 0 < turns <= len(record.turns):
                raise RequestError(INVALID_REQUEST, f"cannot roll back {turns} turns")
            thread.rollout.append("event_msg", {"type": "thread_rolled_back", "num_turns": turns})
            self.records.roll_back(record, turns)
            thread.history = list(record.items)
            thread.told = reopening.told(self.conversations.config, record)
        return record

    def archive(self, thread_id: str, path: str) -> None:
        """Shut a thread down if it is loaded, and move its rollout into the archive.

        Args:
            thread_id: The id.
            path: The path, which has to fit the id; may be empty.

        Raises:
            RequestError: There is no such thread, or the path is another one's.
        """
        found = Path(path) if path else self.find(thread_id)
        self.check_fits(thread_id, found)
        loaded = self.conversations.threads.pop(thread_id, None)
        if loaded is not None:
            loaded.rollout.close()
            if loaded.running is not None:
                loaded.running.interrupt()
        self.files.archive(found)

    def check_fits(self, thread_id: str, path: Path) -> None:
        """See that a rollout is the one of a thread.

        Raises:
            RequestError: It is another one's, or cannot be read.
        """
        if self.records.head(str(path)).id != thread_id:
            message = f"rollout path `{path}` does not match thread id {thread_id}"
            raise RequestError(INVALID_REQUEST, message)

    def unarchive(self, thread_id: str) -> Thread:
        """Move a rollout back from the archive.

        Raises:
            RequestError: No such thread is archived.
        """
        found = self.files.find(thread_id, archived=True)
        if found is None:
            raise RequestError(INVALID_REQUEST, f"no archived rollout found for {thread_id}")
        record = self.records.head(str(self.files.unarchive(found)))
        return reopening.thread(self.conversations, record)

    def find(self, thread_id: str) -> Path:
        """Find the rollout of a thread that is not archived.

        Raises:
            RequestError: It is archived, or there is none.
        """
        found = self.files.find(thread_id)
        if found is not None:
            return found
        if self.files.find(thread_id, archived=True):
            raise RequestError(
                INVALID_REQUEST, f"thread {thread_id} is archived; unarchive it first"
            )
        raise _unknown(thread_id)

    def _listed(self, path: Path) -> Thread | None:
        try:
            record = self.records.head(str(path))
        except RequestError:
            return None
        loaded = self.conversations.threads.get(record.id)
        return loaded or reopening.thread(self.conversations, record)


def _unknown(thread_id: str) -> RequestError:
    return RequestError(INVALID_REQUEST, f"no rollout found for thread id {thread_id}")
