"""Releases of real servers: brought from their registry, checked, and kept in the user's cache."""

from seatrial.releases.fetch import CannotFetch, fetch
from seatrial.releases.store import Kept, Store, cache_folder, store, version_of

__all__ = ["CannotFetch", "Kept", "Store", "cache_folder", "fetch", "store", "version_of"]
