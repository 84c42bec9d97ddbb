"""Scripts: what the model answers, to which request, and what is left over."""

from seatrial_provider.script.conditions.base import Condition
from seatrial_provider.script.conditions.matcher import Matcher
from seatrial_provider.script.files.load import ScriptFile, load_script
from seatrial_provider.script.lint import ScriptWarning
from seatrial_provider.script.order import InOrder, in_order
from seatrial_provider.script.reply import ComputedReplyError, Reply, reply, reply_with
from seatrial_provider.script.script import LOOP_LIMIT, LoopError, Script
from seatrial_provider.script.section import Section
from seatrial_provider.script.use import ScriptedReply, Use

__all__ = [
    "LOOP_LIMIT",
    "ComputedReplyError",
    "Condition",
    "InOrder",
    "LoopError",
    "Matcher",
    "Reply",
    "Script",
    "ScriptFile",
    "ScriptWarning",
    "ScriptedReply",
    "Section",
    "Use",
    "in_order",
    "load_script",
    "reply",
    "reply_with",
]
