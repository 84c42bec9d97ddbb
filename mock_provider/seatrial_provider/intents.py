"""Intents: what the scripted model wants to do, without saying in which tool."""

from dataclasses import dataclass

from seatrial_provider.errors import ScriptError


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Something the model wants to do in one output item of a reply."""

    def describe(self) -> str:
        """Returns the intent in a few words for messages."""
        return type(self).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Intent):
    """The model says something to the user.

    Attributes:
        text: What it says.
    """

    text: str

    def describe(self) -> str:
        """Returns the intent in a few words for messages."""
        return f"say({_short(self.text)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCommand(Intent):
    """The model wants a shell command to be run.

    Attributes:
        command: One line of shell.
        escalated: Whether it asks to run outside the sandbox.
        justification: Why it asks, in words meant for the user.
        workdir: Where to run it; None leaves it to the server under test.
        call_id: The id of the call; None takes one that is derived from the script.
    """

    command: str
    escalated: bool = False
    justification: str | None = None
    workdir: str | None = None
    call_id: str | None = None

    def describe(self) -> str:
        """Returns the intent in a few words for messages."""
        words = [_short(self.command)]
        if self.escalated:
            words.append("escalated=True")
        if self.justification is not None:
            words.append(f"justification={_short(self.justification)}")
        if self.workdir is not None:
            words.append(f"workdir={_short(self.workdir)}")
        return f"run_command({', '.join(words)})"


def say(text: str) -> Say:
    """Makes the intent to say something.

    Args:
        text: What the model says; any text that UTF-8 can hold.

    Returns:
        The intent.

    Raises:
        ScriptError: The text cannot be encoded in UTF-8.
    """
    _encodable("text", text)
    return Say(text=text)


def run_command(
    command: str,
    *,
    escalated: bool = False,
    justification: str | None = None,
    workdir: str | None = None,
    call_id: str | None = None,
) -> RunCommand:
    """Makes the intent to run a shell command.

    Args:
        command: One line of shell.
        escalated: Whether the model asks to run it outside the sandbox.
        justification: Why it asks, in words meant for the user.
        workdir: Where to run it; None leaves it to the server under test.
        call_id: The id of the call; None takes one that is derived from the script.

    Returns:
        The intent.

    Raises:
        ScriptError: One of the texts cannot be encoded in UTF-8.
    """
    texts = {
        "command": command,
        "justification": justification,
        "workdir": workdir,
        "call_id": call_id,
    }
    for name, text in texts.items():
        if text is not None:
            _encodable(name, text)
    return RunCommand(
        command=command,
        escalated=escalated,
        justification=justification,
        workdir=workdir,
        call_id=call_id,
    )


def _encodable(name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ScriptError(
            f"the {name} of an intent cannot be sent",
            expected="text that UTF-8 can hold",
            arrived=f"{text[:60]!r}: {error.reason} at position {error.start}",
            cause="Does the text come from bytes that were decoded with surrogateescape?",
            remedy="Give text without lone surrogates.",
        ) from error


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
