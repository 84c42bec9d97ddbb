"""Calls of the built-in tools that run commands and change files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.items.base import StagedItem, split_characters


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalShellCallItem(StagedItem):
    """A call of the built-in `local_shell` tool.

    Attributes:
        id: The item's id.
        call_id: The id that the output of the call must carry.
        command: The program and its arguments.
        workdir: Where to run it; None leaves it to the server under test.
        timeout_ms: How long it may run, in milliseconds; None leaves it unsaid.
    """

    id: str
    call_id: str
    command: tuple[str, ...]
    workdir: str | None = None
    timeout_ms: int | None = None

    def added(self) -> JsonObject:
        """Returns the call before it is complete."""
        return self._call(status="in_progress")

    def done(self) -> JsonObject:
        """Returns the whole call."""
        return self._call(status="completed")

    def _call(self, *, status: str) -> JsonObject:
        action: JsonObject = {"type": "exec", "command": list(self.command), "env": {}}
        if self.workdir is not None:
            action["working_directory"] = self.workdir
        if self.timeout_ms is not None:
            action["timeout_ms"] = self.timeout_ms
        return {
            "id": self.id,
            "type": "local_shell_call",
            "status": status,
            "call_id": self.call_id,
            "action": action,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellCallItem:
    """A call of the built-in `shell` tool, which takes several lines of shell at once.

    Attributes:
        id: The item's id.
        call_id: The id that the output of the call must carry.
        commands: The lines of shell.
        timeout_ms: How long they may run, in milliseconds; None leaves it unsaid.
        max_output_length: How many characters of output are wanted; None leaves it unsaid.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        "response.shell_call_command.added",
        "response.shell_call_command.delta",
        "response.shell_call_command.done",
    )

    id: str
    call_id: str
    commands: tuple[str, ...]
    timeout_ms: int | None = None
    max_output_length: int | None = None

    def added(self) -> JsonObject:
        """Returns the call before its commands."""
        return self._call(status="in_progress", commands=[])

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields each command piece by piece, then whole; these events carry no item id."""
        added, delta, done = self.EVENTS
        for index, command in enumerate(self.commands):
            place = {"output_index": output_index, "command_index": index}
            yield {"type": added, **place, "command": ""}
            for piece in split_characters(command):
                yield {"type": delta, **place, "delta": piece}
            yield {"type": done, **place, "command": command}

    def done(self) -> JsonObject:
        """Returns the whole call."""
        return self._call(status="completed", commands=list(self.commands))

    def _call(self, *, status: str, commands: list[str]) -> JsonObject:
        return {
            "id": self.id,
            "type": "shell_call",
            "status": status,
            "call_id": self.call_id,
            "action": {
                "commands": commands,
                "timeout_ms": self.timeout_ms,
                "max_output_length": self.max_output_length,
            },
            "environment": {"type": "local"},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellCallOutputItem:
    """The output of a shell call that the server of the API ran in a container.

    Attributes:
        id: The item's id.
        call_id: The id of the call.
        output: What each command printed: `stdout`, `stderr` and `outcome`, which is
            `{"type": "exit", "exit_code": 0}` or `{"type": "timeout"}`.
        max_output_length: How many characters of output were wanted; None leaves it unsaid.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        "response.shell_call_output_content.delta",
        "response.shell_call_output_content.done",
    )

    id: str
    call_id: str
    output: tuple[JsonObject, ...]
    max_output_length: int | None = None

    def added(self) -> JsonObject:
        """Returns the output before it is there."""
        return self._output(status="in_progress", output=[])

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields what each command printed: both streams in one delta, then the whole."""
        delta, done = self.EVENTS
        for index, printed in enumerate(self.output):
            place: JsonObject = {"output_index": output_index, "item_id": self.id}
            texts = {name: printed[name] for name in ("stdout", "stderr") if printed.get(name)}
            if texts:
                yield {"type": delta, **place, "command_index": index, "delta": texts}
            yield {"type": done, **place, "command_index": index, "output": [printed]}

    def done(self) -> JsonObject:
        """Returns the whole output."""
        return self._output(status="completed", output=list(self.output))

    def _output(self, *, status: str, output: list[JsonObject]) -> JsonObject:
        return {
            "id": self.id,
            "type": "shell_call_output",
            "status": status,
            "call_id": self.call_id,
            "max_output_length": self.max_output_length,
            "output": output,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPatchCallItem(StagedItem):
    """A call of the built-in `apply_patch` tool, which changes one file.

    Attributes:
        id: The item's id.
        call_id: The id that the output of the call must carry.
        operation: What is done to the file.
        path: The file.
        diff: How it changes; a deleted file has none.
    """

    id: str
    call_id: str
    operation: Literal["create_file", "update_file", "delete_file"]
    path: str
    diff: str | None = None

    def added(self) -> JsonObject:
        """Returns the call before its diff."""
        return self._call(status="in_progress", diff="")

    def done(self) -> JsonObject:
        """Returns the whole call."""
        return self._call(status="completed", diff=self.diff or "")

    def _call(self, *, status: str, diff: str) -> JsonObject:
        operation: JsonObject = {"type": self.operation, "path": self.path}
        if self.operation != "delete_file":
            operation["diff"] = diff
        return {
            "id": self.id,
            "type": "apply_patch_call",
            "status": status,
            "call_id": self.call_id,
            "operation": operation,
        }
