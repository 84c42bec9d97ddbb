"""Builds the output item of the sort that is named.

Shape: the Responses API.
"""

from seatrial_provider.intents import Output
from seatrial_provider.phrasings.base import OwnItem

PHRASING = OwnItem(intent=Output, say=Output.build)
