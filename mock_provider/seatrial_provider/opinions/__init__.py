"""What others say of a stream: the types of the `openai` SDK, and a description of the API."""

from seatrial_provider.opinions.description import check_against_description
from seatrial_provider.opinions.misfit import Misfit
from seatrial_provider.opinions.sdk import check_against_sdk

__all__ = ["Misfit", "check_against_description", "check_against_sdk"]
