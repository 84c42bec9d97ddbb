"""What belongs inside which sort of item: its texts, its parts and its stages, as tables.

They are written down a second time here, apart from the builders, so that a mistake in those is
found and not repeated.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from seatrial_provider.jsontypes import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSort:
    """A text that is streamed in deltas.

    Attributes:
        stem: What the types of its events begin with.
        member: The member of the done event that has the whole text.
        items: The types of item it comes in.
        index: The member that says which of several texts it is; None if there is one.
        path: Where the done item has it; `*` stands for the index.
        part: What the types of the events of the part begin with that it stands in, if in one.
    """

    stem: str
    member: str
    items: frozenset[str]
    path: tuple[str, ...]
    index: str | None = None
    part: str | None = None

    def of_item(self, item: JsonObject) -> Iterator[tuple[object, str]]:
        """Yields the texts of a done item, each with its index."""
        yield from _follow(item, self.path, None)


def _follow(value: object, path: tuple[str, ...], index: object) -> Iterator[tuple[object, str]]:
    if not path:
        if isinstance(value, str):
            yield index, value
    elif path[0] == "*" and isinstance(value, list):
        for place, one in enumerate(value):
            yield from _follow(one, path[1:], place)
    elif isinstance(value, dict):
        yield from _follow(value.get(path[0]), path[1:], index)


CONTENT_PART = "response.content_part"
SUMMARY_PART = "response.reasoning_summary_part"

TEXTS: tuple[TextSort, ...] = (
    TextSort(
        stem="response.output_text",
        member="text",
        items=frozenset({"message"}),
        path=("content", "*", "text"),
        index="content_index",
        part=CONTENT_PART,
    ),
    TextSort(
        stem="response.refusal",
        member="refusal",
        items=frozenset({"message"}),
        path=("content", "*", "refusal"),
        index="content_index",
        part=CONTENT_PART,
    ),
    TextSort(
        stem="response.reasoning_text",
        member="text",
        items=frozenset({"reasoning"}),
        path=("content", "*", "text"),
        index="content_index",
        part=CONTENT_PART,
    ),
    TextSort(
        stem="response.reasoning_summary_text",
        member="text",
        items=frozenset({"reasoning"}),
        path=("summary", "*", "text"),
        index="summary_index",
        part=SUMMARY_PART,
    ),
    TextSort(
        stem="response.function_call_arguments",
        member="arguments",
        items=frozenset({"function_call"}),
        path=("arguments",),
    ),
    TextSort(
        stem="response.custom_tool_call_input",
        member="input",
        items=frozenset({"custom_tool_call"}),
        path=("input",),
    ),
    TextSort(
        stem="response.mcp_call_arguments",
        member="arguments",
        items=frozenset({"mcp_call"}),
        path=("arguments",),
    ),
    TextSort(
        stem="response.code_interpreter_call_code",
        member="code",
        items=frozenset({"code_interpreter_call"}),
        path=("code",),
    ),
    TextSort(
        stem="response.shell_call_command",
        member="command",
        items=frozenset({"shell_call"}),
        path=("action", "commands", "*"),
        index="command_index",
    ),
)

OTHER_NAMES = {"response.reasoning": "response.reasoning_text"}
"""What Open Responses calls the raw text of a reasoning, and what the API calls it."""

PART_INDEXES = {CONTENT_PART: "content_index", SUMMARY_PART: "summary_index"}
"""The member that says which of several parts an event is about."""

COUNTED: dict[str, str] = {
    f"{CONTENT_PART}.added": "content_index",
    f"{SUMMARY_PART}.added": "summary_index",
    "response.shell_call_command.added": "command_index",
    "response.output_text.annotation.added": "annotation_index",
    "response.image_generation_call.partial_image": "partial_image_index",
}
"""The types of event of which each has the next index, and the member that has it."""

STAGES: dict[str, tuple[frozenset[str], ...]] = {
    item: tuple(frozenset(f"response.{item}.{name}" for name in stage) for stage in stages)
    for item, stages in {
        "web_search_call": (("in_progress",), ("searching",), ("completed",)),
        "file_search_call": (("in_progress",), ("searching",), ("completed",)),
        "code_interpreter_call": (("in_progress",), ("interpreting",), ("completed",)),
        "image_generation_call": (
            ("in_progress",),
            ("generating",),
            ("partial_image",),
            ("completed",),
        ),
        "mcp_call": (("in_progress",), ("completed", "failed")),
        "mcp_list_tools": (("in_progress",), ("completed", "failed")),
        "compaction": (("compacting",),),
    }.items()
}
"""The events that say how far a tool that the server runs has come, by the type of its item."""


def _homes() -> dict[str, frozenset[str]]:
    homes = {
        f"{CONTENT_PART}.{end}": frozenset({"message", "reasoning"}) for end in ("added", "done")
    }
    homes |= {f"{SUMMARY_PART}.{end}": frozenset({"reasoning"}) for end in ("added", "done")}
    homes |= {f"{text.stem}.{end}": text.items for text in TEXTS for end in ("delta", "done")}
    homes["response.shell_call_command.added"] = frozenset({"shell_call"})
    homes["response.output_text.annotation.added"] = frozenset({"message"})
    output = "response.shell_call_output_content"
    homes |= {f"{output}.{end}": frozenset({"shell_call_output"}) for end in ("delta", "done")}
    for item, stages in STAGES.items():
        homes |= {type_: frozenset({item}) for stage in stages for type_ in stage}
    return homes


HOMES: dict[str, frozenset[str]] = _homes()
"""The types of item that each type of event comes in; other types are not judged."""
