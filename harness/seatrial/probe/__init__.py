"""Finds out about a server by asking it, each question in a process of its own."""

from seatrial.probe.found import Failure, Found, Spoke, Tried
from seatrial.probe.probe import probe
from seatrial.probe.profile import profile_toml

__all__ = ["Failure", "Found", "Spoke", "Tried", "probe", "profile_toml"]
