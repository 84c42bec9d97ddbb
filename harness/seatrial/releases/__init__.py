"""Releases of real servers: brought from their registry, checked, and kept in the user's cache."""

from seatrial.releases.fetch import CannotFetch, fetch
from seatrial.releases.store import Kept, Store, store

__all__ = ["CannotFetch", "Kept", "Store", "fetch", "store"]
