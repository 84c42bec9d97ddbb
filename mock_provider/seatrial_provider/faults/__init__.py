"""Faults: what can go wrong, or be unusual, about a response; each is data, one file a fault."""

from seatrial_provider.faults.base import Carrier, Fault, NotApplicableError, Phase, Setting
from seatrial_provider.faults.connecting import (
    ConnectingFault,
    Dropped,
    HeldAccept,
    Refused,
    SlowAccept,
)
from seatrial_provider.faults.kinds.bad_json import BadJson
from seatrial_provider.faults.kinds.bandwidth import Bandwidth
from seatrial_provider.faults.kinds.broken_chunk import BrokenChunk
from seatrial_provider.faults.kinds.byte_order_mark import ByteOrderMark
from seatrial_provider.faults.kinds.comments import Comments
from seatrial_provider.faults.kinds.connection_closed import ConnectionClosed
from seatrial_provider.faults.kinds.cut_off import CutOff
from seatrial_provider.faults.kinds.duplicate_event import DuplicateEvent
from seatrial_provider.faults.kinds.early_terminal import EarlyTerminal
from seatrial_provider.faults.kinds.end_early import EndEarly
from seatrial_provider.faults.kinds.error_body import ErrorBody
from seatrial_provider.faults.kinds.error_in_stream import ErrorInStream
from seatrial_provider.faults.kinds.extra_event import ExtraEvent
from seatrial_provider.faults.kinds.garbage import Garbage
from seatrial_provider.faults.kinds.half_close import HalfClose
from seatrial_provider.faults.kinds.http_error import HttpError
from seatrial_provider.faults.kinds.interim_response import InterimResponse
from seatrial_provider.faults.kinds.latency import Latency
from seatrial_provider.faults.kinds.line_ends import LineEnds
from seatrial_provider.faults.kinds.missing_event import MissingEvent
from seatrial_provider.faults.kinds.multi_line_data import MultiLineData
from seatrial_provider.faults.kinds.not_http import NotHttp
from seatrial_provider.faults.kinds.one_write import OneWrite
from seatrial_provider.faults.kinds.other_fields import OtherFields
from seatrial_provider.faults.kinds.reset import Reset
from seatrial_provider.faults.kinds.shuffled_events import ShuffledEvents
from seatrial_provider.faults.kinds.slices import Slices
from seatrial_provider.faults.kinds.split_characters import SplitCharacters
from seatrial_provider.faults.kinds.split_events import SplitEvents
from seatrial_provider.faults.kinds.stall import Stall
from seatrial_provider.faults.kinds.wrong_content_type import WrongContentType
from seatrial_provider.faults.kinds.wrong_length import WrongLength
from seatrial_provider.faults.kinds.wrong_sequence import WrongSequence
from seatrial_provider.faults.places import ANYWHERE, HEADERS, TERMINAL, Byte, Place

__all__ = [
    "ANYWHERE",
    "HEADERS",
    "TERMINAL",
    "BadJson",
    "Bandwidth",
    "BrokenChunk",
    "Byte",
    "ByteOrderMark",
    "Carrier",
    "Comments",
    "ConnectingFault",
    "ConnectionClosed",
    "CutOff",
    "Dropped",
    "DuplicateEvent",
    "EarlyTerminal",
    "EndEarly",
    "ErrorBody",
    "ErrorInStream",
    "ExtraEvent",
    "Fault",
    "Garbage",
    "HalfClose",
    "HeldAccept",
    "HttpError",
    "InterimResponse",
    "Latency",
    "LineEnds",
    "MissingEvent",
    "MultiLineData",
    "NotApplicableError",
    "NotHttp",
    "OneWrite",
    "OtherFields",
    "Phase",
    "Place",
    "Refused",
    "Reset",
    "Setting",
    "ShuffledEvents",
    "Slices",
    "SlowAccept",
    "SplitCharacters",
    "SplitEvents",
    "Stall",
    "WrongContentType",
    "WrongLength",
    "WrongSequence",
]
