"""What an intent is: something that the model wants, without saying in which tool."""

from dataclasses import dataclass

from seatrial_provider.intents.values import Filled, Value


@dataclass(frozen=True, slots=True)
class Intent(Value):
    """Something that the model wants, one output item of a reply."""

    @classmethod
    def spelled(cls) -> str:
        """Returns the name of the intent in scripts, such as `run_command`."""
        letters = (f"_{letter.lower()}" if letter.isupper() else letter for letter in cls.__name__)
        return "".join(letters).removeprefix("_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Intent):
    """An intent that becomes a call of a tool, which the server under test answers.

    Attributes:
        call_id: The id of the call; None takes one that is derived from the script.
    """

    call_id: Filled | None = None
