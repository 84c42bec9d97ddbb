"""A mock model provider: it speaks the Responses API from a script and judges each request."""

from seatrial_provider.errors import (
    CallOutputError,
    ProviderError,
    ProviderStateError,
    RequestBodyError,
    ScriptError,
    WaitTimeoutError,
)
from seatrial_provider.gates import Gate
from seatrial_provider.intents import Intent, RunCommand, Say, run_command, say
from seatrial_provider.invariants import INVARIANTS
from seatrial_provider.problems import Problem, ProblemKind
from seatrial_provider.provider import Provider
from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.script import Reply, reply
from seatrial_provider.script.matchers import Matcher, when_user_text

__all__ = [
    "INVARIANTS",
    "CallOutputError",
    "Gate",
    "Intent",
    "Matcher",
    "Problem",
    "ProblemKind",
    "Provider",
    "ProviderError",
    "ProviderStateError",
    "RecordedRequest",
    "Reply",
    "RequestBodyError",
    "RunCommand",
    "Say",
    "ScriptError",
    "WaitTimeoutError",
    "reply",
    "run_command",
    "say",
    "when_user_text",
]
