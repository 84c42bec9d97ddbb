"""Scripts: the replies of the model, in order, each used once."""

from dataclasses import dataclass

from seatrial_provider.errors import ScriptError
from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.script.reply import Reply


@dataclass(slots=True, kw_only=True)
class ScriptedReply:
    """A reply in its place in the script.

    Attributes:
        number: The place, from 1; ids and headers of the answer follow from it.
        reply: The reply.
        used_by: The request that it answered, if any.
    """

    number: int
    reply: Reply
    used_by: RecordedRequest | None = None


class Script:
    """The replies of one provider, in order."""

    def __init__(self) -> None:
        self._replies: list[ScriptedReply] = []

    def __len__(self) -> int:
        return len(self._replies)

    def append(self, *replies: Reply) -> None:
        """Adds replies at the end.

        Args:
            *replies: What `reply(...)` made.

        Raises:
            ScriptError: Something else than a reply was given.
        """
        for added in replies:
            if not isinstance(added, Reply):
                raise ScriptError(
                    "a script was given something else than a reply",
                    expected="what reply(...) returns",
                    arrived=repr(added),
                    cause="Was an intent given where reply(intent) is meant?",
                    remedy="Wrap the intents of each answer in reply(...).",
                )
            self._replies.append(ScriptedReply(number=len(self._replies) + 1, reply=added))

    def take(self, request: RecordedRequest) -> ScriptedReply | None:
        """Takes the first unused reply that is for a request.

        Args:
            request: A request with a sound body.

        Returns:
            The reply, now used; None if there is none.
        """
        for scripted in self.unused():
            if scripted.reply.when is None or scripted.reply.when(request):
                scripted.used_by = request
                return scripted
        return None

    def unused(self) -> list[ScriptedReply]:
        """Returns the replies that answered nothing yet, in order."""
        return [scripted for scripted in self._replies if scripted.used_by is None]

    def used(self) -> list[ScriptedReply]:
        """Returns the replies that answered a request, in the order of the script."""
        return [scripted for scripted in self._replies if scripted.used_by is not None]
