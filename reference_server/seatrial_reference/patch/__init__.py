"""Changing files by a patch: read, worked out, asked about, made."""
