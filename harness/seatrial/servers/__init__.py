"""Servers under test: from a name to something runnable, and from that to something running."""

from seatrial.servers.launch import OnlyConnection, RunningServer, launch
from seatrial.servers.place import PathTooLong
from seatrial.servers.programs import UnknownServer, releases
from seatrial.servers.reach import CannotConnect
from seatrial.servers.resolve import ServerUnderTest, resolve
from seatrial.servers.setup import NoSuchOption, Setup
from seatrial.servers.variants import NoVariants, variants

__all__ = [
    "CannotConnect",
    "NoSuchOption",
    "NoVariants",
    "OnlyConnection",
    "PathTooLong",
    "RunningServer",
    "ServerUnderTest",
    "Setup",
    "UnknownServer",
    "launch",
    "releases",
    "resolve",
    "variants",
]
