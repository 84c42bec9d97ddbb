"""Bytes to lines and back: where a peer's messages come from and go to."""

from seatrial.transport.base import Transport
from seatrial.transport.memory import MemoryTransport, memory_pair
from seatrial.transport.stdio import StdioTransport

__all__ = ["MemoryTransport", "StdioTransport", "Transport", "memory_pair"]
