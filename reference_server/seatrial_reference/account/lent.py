"""Tokens that the client owns: taken as it gives them, kept in memory, and asked for anew.

Source: `account/login/start` of type `chatgptAuthTokens` and the server's own request
`account/chatgptAuthTokens/refresh` (Codex app-server schemas 0.95.0 to 0.169.0).
"""

from __future__ import annotations

from seatrial_reference.account.credentials import Credentials, Tokens
from seatrial_reference.approvals import Question
from seatrial_reference.errors import INVALID_REQUEST, RequestError, TurnFailed
from seatrial_reference.params import Params

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.activity import TurnControl
    from seatrial_reference.approvals import Approvals
    from seatrial_reference.wire import Wire

ASK = "account/chatgptAuthTokens/refresh"


def read(params: Params) -> Credentials:
    """Read the tokens that a client gives.

    Raises:
        RequestError: One is missing or no token, or the workspace is not named.
    """
    access = params.required_text("accessToken")
    tokens = Tokens(
        id_token=access,
        access_token=access,
        refresh_token="",
        account_id=params.required_text("chatgptAccountId"),
        stated_plan=params.text("chatgptPlanType"),
    )
    if not tokens.claims():
        raise RequestError(INVALID_REQUEST, "the access token has no claims that can be read")
    return Credentials(tokens=tokens, lent=True)


class Lender:
    """The client that owns the tokens.

    Args:
        approvals: Where its answers come in.
        wire: Where it is asked.
        patience: Seconds that it has for an answer.
    """

    def __init__(self, approvals: Approvals, wire: Wire, patience: float) -> None:
        self._approvals = approvals
        self._wire = wire
        self._patience = patience

    def ask(self, previous: str | None, control: TurnControl) -> Credentials:
        """Ask for new tokens.

        Args:
            previous: The workspace of those that were refused.
            control: The turn that cannot go on without them.

        Raises:
            TurnFailed: The client refuses, answers with something else, or not in time.
            TurnInterrupted: The turn was interrupted first.
        """
        facts = {"reason": "unauthorized", "previousAccountId": previous}
        question = Question(facts=facts, put=self._put, read=dict, events=None)
        message = self._approvals.await_answer(
            self._approvals.request(question, control), patience=self._patience
        )
        if message is None:
            raise _failed(f"the client gave no new tokens within {self._patience:g} s")
        if "error" in message:
            raise _failed(f"the client refused to give new tokens: {message['error']}")
        return self.taken(message.get("result"))

    def taken(self, result: Any) -> Credentials:
        """Take the tokens of an answer.

        Raises:
            TurnFailed: There are none in it.
        """
        try:
            return read(Params(result))
        except RequestError as error:
            raise _failed(f"the client's new tokens cannot be used: {error.message}") from error

    def _put(self, request_id: int, facts: dict[str, Any]) -> None:
        self._wire.request(request_id, ASK, facts)


def _failed(why: str) -> TurnFailed:
    return TurnFailed(f"{why}; sign in again", info="unauthorized")
