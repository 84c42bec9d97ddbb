"""Decides what each request is answered, and records what is wrong with it."""

import traceback
from collections.abc import Callable

from seatrial_provider import findings
from seatrial_provider.answers import EVENT_STREAM, Answer, error_answer, json_answer
from seatrial_provider.body import UnsoundBodyError, decoded, input_items, offered, parsed
from seatrial_provider.ids import ItemIds, response_id
from seatrial_provider.invariants import breaches
from seatrial_provider.items import OutputItem
from seatrial_provider.journal import Journal
from seatrial_provider.phrase import InexpressibleError, phrase
from seatrial_provider.problems import Problem
from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.script import Script, ScriptedReply
from seatrial_provider.stream import (
    FIRST_BYTE,
    HEADERS,
    completed_response,
    events_of,
    segments_of,
)

BASE_PATH = "/v1"
_UNNAMED_MODEL = "unnamed-model"


class Answerer:
    """Answers requests from a script; it knows nothing of HTTP connections.

    Args:
        script: Where the replies come from.
        journal: Where the requests are recorded.
        report: Called with each problem.
        ignore: The names of the invariants that are not checked.
    """

    def __init__(
        self,
        *,
        script: Script,
        journal: Journal,
        report: Callable[[Problem], None],
        ignore: frozenset[str],
    ) -> None:
        self._script = script
        self._journal = journal
        self._report = report
        self._ignore = ignore

    def answer(self, request: RecordedRequest) -> Answer:
        """Records a request and decides what it is answered.

        Args:
            request: The request as it arrived; its index and reply are filled in here.

        Returns:
            The answer; an exception inside becomes a `provider-error` and a status of 500.
        """
        try:
            return self._answer(request)
        except Exception:
            return self.failure(request)

    def settle(self, request: RecordedRequest) -> None:
        """Records that nothing more will be sent to a request.

        Args:
            request: A request that was given to `answer`.
        """
        self._journal.settle(request)

    def failure(self, request: RecordedRequest) -> Answer:
        """Reports the exception that is being handled as the provider's own fault.

        Args:
            request: The request during which it happened.

        Returns:
            The answer of last resort.
        """
        found = findings.provider_error(request, traceback.format_exc())
        self._report(found)
        return error_answer(found, request_id=f"req_failed_{request.index + 1:04d}", status=500)

    def http_failure(self, error: BaseException, *, by_client: bool) -> None:
        """Reports what went wrong before a request could be recorded.

        Args:
            error: What the HTTP library raised.
            by_client: Whether the bytes of the client are at fault.
        """
        build = findings.unreadable_http if by_client else findings.http_failure
        self._report(build(error))

    def _answer(self, request: RecordedRequest) -> Answer:
        is_model_request = (request.method, request.path) == ("POST", f"{BASE_PATH}/responses")
        request.index = self._journal.next_index(is_model_request=is_model_request)
        self._journal.record(request, is_model_request=is_model_request)
        if is_model_request:
            return self._answer_model_request(request)
        request_id = f"req_other_{request.index + 1:04d}"
        if (request.method, request.path) == ("GET", f"{BASE_PATH}/models"):
            models = {"object": "list", "data": [], "models": []}
            return json_answer(models, request_id=request_id)
        found = findings.unexpected_path(request, BASE_PATH)
        self._report(found)
        return error_answer(found, request_id=request_id)

    def _answer_model_request(self, request: RecordedRequest) -> Answer:
        request_id = f"req_rejected_{request.index + 1:04d}"
        try:
            _check_body(request)
        except UnsoundBodyError as error:
            found = findings.bad_request(request, error)
            self._report(found)
            return error_answer(found, request_id=request_id, param=error.param)
        for breach in breaches(request, ignore=self._ignore):
            self._report(findings.broken_invariant(request, breach))
        scripted = self._script.take(request)
        if scripted is None:
            found = findings.unexpected_request(request, self._script)
            self._report(found)
            return error_answer(found, request_id=request_id)
        request.reply, request.reply_number = scripted.reply, scripted.number
        try:
            items = _phrased(scripted, request)
        except InexpressibleError as error:
            found = findings.untestable(request, scripted, error)
            self._report(found)
            return error_answer(found, request_id=request_id, param="tools")
        return _scripted_answer(scripted, request, items)


def _check_body(request: RecordedRequest) -> None:
    body = parsed(decoded(request.body, request.header("content-encoding") or ""))
    input_items(body)
    offered(body)


def _phrased(scripted: ScriptedReply, request: RecordedRequest) -> list[OutputItem]:
    return [
        phrase(
            intent,
            tools=request.tools,
            ids=ItemIds(reply_number=scripted.number, output_index=index),
        )
        for index, intent in enumerate(scripted.reply.intents)
    ]


def _scripted_answer(
    scripted: ScriptedReply, request: RecordedRequest, items: list[OutputItem]
) -> Answer:
    body = request.body_json()
    named = body.get("model")
    model = named if isinstance(named, str) and named else _UNNAMED_MODEL
    id_, request_id = response_id(scripted.number), f"req_{scripted.number:04d}"
    gates = scripted.reply.gates
    if body.get("stream") is not True:
        return json_answer(
            completed_response(id_=id_, model=model, items=items),
            request_id=request_id,
            before_headers=gates.get(HEADERS),
            before_body=gates.get(FIRST_BYTE),
        )
    return Answer(
        status=200,
        content_type=EVENT_STREAM,
        request_id=request_id,
        segments=segments_of(events_of(id_=id_, model=model, items=items), gates),
        before_headers=gates.get(HEADERS),
    )
