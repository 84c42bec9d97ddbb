"""The stream oracle: the rules of a correct Responses stream, and what checks them."""

from seatrial_provider.responses.oracle.check import check_responses_stream
from seatrial_provider.responses.oracle.rules import RULES, Rule, Tier, Violation

__all__ = ["RULES", "Rule", "Tier", "Violation", "check_responses_stream"]
