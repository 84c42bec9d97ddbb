"""Takes the reply to a model request from the script, or says why there is none."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from seatrial_provider import findings
from seatrial_provider.answering.answers import Answer, error_answer
from seatrial_provider.script import ComputedReplyError, LoopError

if TYPE_CHECKING:
    from seatrial_provider.answering.context import Context
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script import Use


def take_reply(context: Context, request: RecordedRequest) -> Use | Answer:
    """Takes the reply to a model request.

    Args:
        context: What the routes share.
        request: The request; its reply is filled in here.

    Returns:
        What the script has for it; or an error that names the problem, which is also reported.
    """
    status = 400
    try:
        use = context.script.take(request)
    except LoopError as error:
        found = findings.loop(request, error)
    except ComputedReplyError as error:
        found, status = findings.computed_nothing(request, error, traceback.format_exc()), 500
    else:
        if use is not None:
            request.reply, request.reply_number = use.reply, use.number
            return use
        found = findings.unexpected_request(request, context.script)
    context.report(found)
    return error_answer(found, request_id=f"req_rejected_{request.index + 1:04d}", status=status)
