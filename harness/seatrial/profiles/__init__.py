"""Profiles: what a server is, as data: how it is started and configured, and what it claims."""

from seatrial.profiles.asking import Asking, ToolCall
from seatrial.profiles.load import UnknownProfile, builtin_names, load, recognise
from seatrial.profiles.model import Claim, Find, Profile, Source, Spoken, Wire
from seatrial.profiles.options import Option
from seatrial.profiles.own_schema import Events, Schema
from seatrial.profiles.transport import STDIO, Transport

__all__ = [
    "STDIO",
    "Asking",
    "Claim",
    "Events",
    "Find",
    "Option",
    "Profile",
    "Schema",
    "Source",
    "Spoken",
    "ToolCall",
    "Transport",
    "UnknownProfile",
    "Wire",
    "builtin_names",
    "load",
    "recognise",
]
