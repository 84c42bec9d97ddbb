"""Servers under test: from a name to something runnable, and from that to something running."""

from seatrial.servers.launch import RunningServer, launch
from seatrial.servers.programs import UnknownServer, releases
from seatrial.servers.resolve import ServerUnderTest, resolve
from seatrial.servers.variants import NoVariants, variants

__all__ = [
    "NoVariants",
    "RunningServer",
    "ServerUnderTest",
    "UnknownServer",
    "launch",
    "releases",
    "resolve",
    "variants",
]
