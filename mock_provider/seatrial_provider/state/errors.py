"""What the API itself refuses: its status, its words and its code, for what is not there.

The words and the codes are those of the real API where they are known; where they are not, the
docstring says so.
"""

from seatrial_provider.jsontypes import JsonObject


class RefusedError(Exception):
    """A request that is sound by itself asks for what cannot be.

    Attributes:
        status: The HTTP status.
        message: What the API says.
        param: The member of the request that is at fault, if one is.
        code: The API's code, if it has one.
    """

    def __init__(
        self, status: int, message: str, *, param: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code

    def envelope(self) -> JsonObject:
        """Returns the error envelope of the API."""
        told = {"message": self.message, "type": "invalid_request_error"}
        return {"error": {**told, "param": self.param, "code": self.code}}


def previous_response_not_found(id_: str) -> RefusedError:
    """A request goes on from a response that is not there."""
    return RefusedError(
        400,
        f"Previous response with id '{id_}' not found.",
        param="previous_response_id",
        code="previous_response_not_found",
    )


def not_found(kind: str, id_: str, *, param: str | None = None) -> RefusedError:
    """Something is asked for by an id that is not there.

    Args:
        kind: What it is: `Response`, `Conversation` or `Item`.
        id_: The id.
        param: The member of the request that has the id, if one has.
    """
    return RefusedError(404, f"{kind} with id '{id_}' not found.", param=param)


def model_not_found(id_: str) -> RefusedError:
    """A model is asked for that is not in the list."""
    return RefusedError(
        404, f"The model '{id_}' does not exist", param="model", code="model_not_found"
    )


def not_in_background() -> RefusedError:
    """A response is to be cancelled that does not run in the background."""
    return RefusedError(400, "Cannot cancel a synchronous response.")


def two_histories() -> RefusedError:
    """A request goes on from a response and from a conversation; the words are ours."""
    return RefusedError(
        400,
        "Mutually exclusive parameters: 'previous_response_id' and 'conversation'.",
        param="previous_response_id",
        code="mutually_exclusive_parameters",
    )


def background_unstored() -> RefusedError:
    """A response is to run in the background and not to be kept; the words are ours."""
    return RefusedError(400, "Background mode requires 'store' to be true.", param="background")


def out_of_range(name: str, given: object) -> RefusedError:
    """A number in a query is none, or too large or too small; the words are ours."""
    return RefusedError(
        400, f"Invalid '{name}': expected a whole number from 1 to 100, got {given!r}.", param=name
    )


def bad_order(given: str) -> RefusedError:
    """The order of a list is neither of the two; the words are ours."""
    return RefusedError(
        400, f"Invalid 'order': expected 'asc' or 'desc', got {given!r}.", param="order"
    )
