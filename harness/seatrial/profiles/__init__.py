"""Profiles: what a server is, as data: how it is started and configured, and what it claims."""

from seatrial.profiles.load import UnknownProfile, builtin_names, load, recognise
from seatrial.profiles.model import Claim, Find, Profile, Source, Spoken, Wire

__all__ = [
    "Claim",
    "Find",
    "Profile",
    "Source",
    "Spoken",
    "UnknownProfile",
    "Wire",
    "builtin_names",
    "load",
    "recognise",
]
