"""Saved threads: found, read, and put back to work."""
