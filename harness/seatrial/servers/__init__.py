"""Servers under test: from a name to something runnable, and from that to something running."""

from seatrial.servers.launch import RunningServer, launch
from seatrial.servers.resolve import ServerUnderTest, UnknownServer, resolve

__all__ = ["RunningServer", "ServerUnderTest", "UnknownServer", "launch", "resolve"]
