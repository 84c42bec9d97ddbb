"""Scripts: what the model answers, to which request, and what is left over."""

from seatrial_provider.script.matchers import Matcher, when_user_text
from seatrial_provider.script.reply import Reply, reply
from seatrial_provider.script.script import Script, ScriptedReply

__all__ = ["Matcher", "Reply", "Script", "ScriptedReply", "reply", "when_user_text"]
