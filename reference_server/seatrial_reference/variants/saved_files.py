"""Defects in the list, in the archive, and in writing rollouts."""

from __future__ import annotations

import os
from pathlib import Path

from seatrial_reference.errors import TurnFailed
from seatrial_reference.fronts.mcp import Mcp
from seatrial_reference.fronts.mcp_server import McpServer
from seatrial_reference.rollout import Rollout
from seatrial_reference.saved.library import Library
from seatrial_reference.saved.store import Store
from seatrial_reference.services import Parts
from seatrial_reference.turn import Turn
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.conversations import Conversations
    from seatrial_reference.params import Params
    from seatrial_reference.threads import Thread

    Page = tuple[list[Path], str | None]


class _OldestFirst(Store):
    def page(self, *, limit: int | None, cursor: str | None, archived: bool) -> Page:
        del limit, cursor
        return list(reversed(self.paths(archived=archived))), None


class _SkipsOne(Store):
    def page(self, *, limit: int | None, cursor: str | None, archived: bool) -> Page:
        paths, following = super().page(limit=limit, cursor=cursor, archived=archived)
        return paths[1:] if cursor else paths, following


class _IgnoresLimit(Store):
    def page(self, *, limit: int | None, cursor: str | None, archived: bool) -> Page:
        del limit
        return super().page(limit=None, cursor=cursor, archived=archived)


class _ListsArchived(Store):
    def page(self, *, limit: int | None, cursor: str | None, archived: bool) -> Page:
        paths, following = super().page(limit=limit, cursor=cursor, archived=archived)
        return [*paths, *self.paths(archived=True)] if not archived else paths, following


class _PassesOverArchived(Store):
    def page(self, *, limit: int | None, cursor: str | None, archived: bool) -> Page:
        del archived
        return super().page(limit=limit, cursor=cursor, archived=False)


class _ArchivesAnother(Store):
    def archive(self, path: Path) -> Path:
        others = [other for other in self.paths() if other != path]
        return super().archive((others or [path])[0])


class _ArchivesEmpty(Store):
    def archive(self, path: Path) -> Path:
        moved = super().archive(path)
        moved.write_bytes(b"")
        return moved


class _LeavesInArchive(Store):
    def unarchive(self, path: Path) -> Path:
        return path


class _WithoutProvider(Library):
    def _listed(self, path: Path) -> Thread | None:
        thread = super()._listed(path)
        if thread is not None:
            thread.provider = None
        return thread


class _ArchivesUnchecked(Library):
    def check_fits(self, thread_id: str, path: Path) -> None:
        del thread_id, path


class _ReopensEachTime(Rollout):
    def close(self) -> None:
        """Go on, archived or not."""

    def write(self, line: bytes) -> None:
        path = Path(self._thread.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(line)


class _ArchivesWhileItRuns(Library):
    def archive(self, thread_id: str, path: str) -> None:
        """Move the rollout first, and only then shut the thread down."""
        loaded = self.conversations.threads.pop(thread_id, None)
        super().archive(thread_id, path)
        if loaded is not None and loaded.running is not None:
            loaded.running.interrupt()


class _NewlineLate(Rollout):
    def write(self, line: bytes) -> None:
        assert self._file is not None
        first = os.fstat(self._file).st_size == 0
        os.write(self._file, line[:-1] if first else b"\n" + line.rstrip(b"\n"))


class _NoLock(Rollout):
    def claim(self, file: int) -> None:
        """Go on, and write from where the file ends now, whatever others write there."""
        del file

    def write(self, line: bytes) -> None:
        assert self._file is not None
        self._at = getattr(self, "_at", os.fstat(self._file).st_size)
        plain = os.open(self._thread.path, os.O_WRONLY)
        self._at += os.pwrite(plain, line, self._at)
        os.close(plain)

    def adopt(self) -> None:
        super().adopt()
        self._at = Path(self._thread.path).stat().st_size


class _NeverWrites(Rollout):
    def append(self, kind: str, payload: dict[str, Any]) -> None:
        del kind, payload


class _StaleLock(Turn):
    @property
    def _marker(self) -> Path:
        return Path(self.thread.home, "turn.lock")

    def converse(self) -> None:
        if self._marker.exists():
            raise TurnFailed("another server is at work in this home")
        self._marker.write_text(self.id)
        super().converse()

    def end(self, status: str, failure: TurnFailed | None = None) -> None:
        if failure is None:
            self._marker.unlink(missing_ok=True)
        super().end(status, failure)


class _SpoiledTurn(Turn):
    def converse(self) -> None:
        if any(not path.stat().st_size for path in Store(self.thread.home).paths()):
            raise TurnFailed("a rollout in this home is empty")
        super().converse()


class _BeginsAnew(Mcp):
    def codex_reply(self, request_id: Any, arguments: Params) -> None:
        name = arguments.text("threadId") or ""
        if name in self._conversations.threads:
            self._conversations.threads[name].history.clear()
        super().codex_reply(request_id, arguments)


class _KnowsNoSession(Mcp):
    def codex_reply(self, request_id: Any, arguments: Params) -> None:
        self._conversations.threads.clear()
        super().codex_reply(request_id, arguments)


class _AnewServer(McpServer):
    def dialect(self, conversations: Conversations) -> Mcp:
        return _BeginsAnew(conversations, self.wire, can_ask=self._can_ask)


class _ForgetfulServer(McpServer):
    def dialect(self, conversations: Conversations) -> Mcp:
        return _KnowsNoSession(conversations, self.wire, can_ask=self._can_ask)


def _storing(store: type[Store]) -> Parts:
    return Parts(library=type("_Library", (Library,), {"store": store}))


VARIANTS = (
    Variant(
        name="list-oldest-first",
        defect="The list begins with the oldest thread.",
        parts=_storing(_OldestFirst),
    ),
    Variant(
        name="list-skips-one",
        defect="Each page of the list but the first lacks one thread.",
        parts=_storing(_SkipsOne),
    ),
    Variant(
        name="list-ignores-limit",
        defect="The first page of the list holds every thread.",
        parts=_storing(_IgnoresLimit),
    ),
    Variant(
        name="list-with-archived",
        defect="The list holds the archived threads as well.",
        parts=_storing(_ListsArchived),
    ),
    Variant(
        name="list-never-archived",
        defect="Asked for the archived threads, the list gives the others.",
        parts=_storing(_PassesOverArchived),
    ),
    Variant(
        name="list-without-provider",
        defect="The list does not name the model provider.",
        parts=Parts(library=_WithoutProvider),
    ),
    Variant(
        name="archives-another",
        defect="Archiving moves another rollout.",
        parts=_storing(_ArchivesAnother),
    ),
    Variant(
        name="archives-empty",
        defect="An archived rollout is empty.",
        parts=_storing(_ArchivesEmpty),
    ),
    Variant(
        name="archives-unchecked",
        defect="The id is not compared with the rollout that is to be archived.",
        parts=Parts(library=_ArchivesUnchecked),
    ),
    Variant(
        name="archived-written-again",
        defect="A turn that is archived in its middle writes its rollout again.",
        parts=Parts(rollout=_ReopensEachTime, library=_ArchivesWhileItRuns),
    ),
    Variant(
        name="unarchive-does-nothing",
        defect="Unarchiving leaves the rollout in the archive.",
        parts=_storing(_LeavesInArchive),
    ),
    Variant(
        name="rollout-newline-late",
        defect="The end of a line is written together with the next line.",
        parts=Parts(rollout=_NewlineLate),
    ),
    Variant(
        name="rollout-two-writers",
        defect="Two servers write one rollout, each over what the other wrote.",
        parts=Parts(rollout=_NoLock),
    ),
    Variant(
        name="rollout-never-written",
        defect="Nothing is recorded.",
        parts=Parts(rollout=_NeverWrites),
    ),
    Variant(
        name="stale-lock",
        defect="A server that was killed in a turn keeps every other one from having any.",
        parts=Parts(turn=_StaleLock),
    ),
    Variant(
        name="damage-stops-turns",
        defect="No turn completes in a home with an empty rollout.",
        parts=Parts(turn=_SpoiledTurn),
    ),
    Variant(
        name="reply-begins-anew",
        defect="A reply goes on with an empty history.",
        parts=Parts(mcp_server=_AnewServer),
    ),
    Variant(
        name="reply-knows-no-session",
        defect="A reply finds no session that it could go on with.",
        parts=Parts(mcp_server=_ForgetfulServer),
    ),
)
