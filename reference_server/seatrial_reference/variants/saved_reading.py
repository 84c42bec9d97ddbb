"""Defects in reading saved threads: what is lost, told twice, or told of another."""

from __future__ import annotations

from seatrial_reference.errors import INVALID_REQUEST, RequestError
from seatrial_reference.saved.library import Library
from seatrial_reference.saved.record import INTERRUPTED, RecordReader
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from seatrial_reference.saved.record import Record

LONG = 100  # turns that a long thread is cut to


class _TellsTwice(RecordReader):
    def read(self, path: str) -> Record:
        record = super().read(path)
        record.turns = [turn for one in record.turns for turn in (one, one)]
        return record


class _HistoryTwice(RecordReader):
    def read(self, path: str) -> Record:
        record = super().read(path)
        record.items += record.items
        return record


class _LosesBeginning(RecordReader):
    def read(self, path: str) -> Record:
        record = super().read(path)
        del record.items[:1]
        return record


class _LosesOutputs(RecordReader):
    def read(self, path: str) -> Record:
        record = super().read(path)
        for item in record.items:
            if item.get("type") == "function_call_output":
                item["call_id"] = "lost"
        return record


class _CutsLong(RecordReader):
    def read(self, path: str) -> Record:
        record = super().read(path)
        if len(record.turns) > LONG:
            del record.items[: record.turns[-LONG].first_item]
            del record.turns[:-LONG]
        return record


class _DropsUnfinished(RecordReader):
    def read(self, path: str) -> Record:
        record = super().read(path)
        if record.turns and record.turns[-1].status == INTERRUPTED:
            self.roll_back(record, 1)
        return record


class _HidesDamage(RecordReader):
    def lines(self, content: bytes) -> Iterator[dict[str, Any]]:
        found = list(super().lines(content))
        whole = len(found) == len(content.splitlines())
        known = all(line["type"] in _KNOWN for line in found)
        return iter(found if whole and known else found[:1])


_KNOWN = {"session_meta", "response_item", "event_msg", "turn_context"}


class _PreviewsContext(RecordReader):
    def item(self, record: Record, item: dict[str, Any]) -> None:
        super().item(record, item)
        if item.get("role") == "user" and not record.preview:
            turn = record.turns[-1] if record.turns else self._begin(record, "", "completed", 0)
            turn.said.append(("user", str(item["content"][0].get("text"))))


class _SaysNothing(RecordReader):
    def _read(self, path: str, *, whole: bool) -> Record:
        try:
            return super()._read(path, whole=whole)
        except RequestError as error:
            raise RequestError(error.code, "") from None


class _RefusesSilently(Library):
    reader: type[RecordReader] = _SaysNothing

    def resume(self, *arguments: Any) -> Any:
        try:
            return super().resume(*arguments)
        except RequestError as error:
            raise RequestError(error.code, "") from None


class _SpoiledByOne(Library):
    def page(self, *arguments: Any, **options: Any) -> Any:
        threads, cursor = super().page(*arguments, **options)
        return [] if self._spoiled() else threads, cursor

    def resume(self, *arguments: Any) -> Any:
        if self._spoiled():
            raise RequestError(INVALID_REQUEST, "a rollout in this home is damaged")
        return super().resume(*arguments)

    def _spoiled(self) -> bool:
        return any(path.stat().st_size == 0 for path in self.files.paths())


def _reading(reader: type[RecordReader]) -> Parts:
    return Parts(library=type("_Library", (Library,), {"reader": reader}))


VARIANTS = (
    Variant(
        name="resume-tells-twice",
        defect="A client that resumes is told each turn twice.",
        parts=_reading(_TellsTwice),
    ),
    Variant(
        name="resume-history-twice",
        defect="After resuming the model is sent the history twice.",
        parts=_reading(_HistoryTwice),
    ),
    Variant(
        name="resume-loses-beginning",
        defect="After resuming the first item of the history is missing.",
        parts=_reading(_LosesBeginning),
    ),
    Variant(
        name="resume-loses-outputs",
        defect="After resuming no output of a call belongs to its call.",
        parts=_reading(_LosesOutputs),
    ),
    Variant(
        name="resume-cuts-long",
        defect="Of a long thread only the last hundred turns are resumed.",
        parts=_reading(_CutsLong),
    ),
    Variant(
        name="resume-drops-unfinished",
        defect="A turn that was cut off is dropped when its thread is resumed.",
        parts=_reading(_DropsUnfinished),
    ),
    Variant(
        name="damage-hides-history",
        defect="A damaged rollout is resumed as if nothing had been said in it.",
        parts=_reading(_HidesDamage),
    ),
    Variant(
        name="preview-of-context",
        defect="The first message with the surroundings is taken for said by the user.",
        parts=_reading(_PreviewsContext),
    ),
    Variant(
        name="resume-refuses-silently",
        defect="What cannot be resumed is refused without a word why.",
        parts=Parts(library=_RefusesSilently),
    ),
    Variant(
        name="damage-spoils-all",
        defect="An empty rollout keeps every thread from being listed and resumed.",
        parts=Parts(library=_SpoiledByOne),
    ),
)
