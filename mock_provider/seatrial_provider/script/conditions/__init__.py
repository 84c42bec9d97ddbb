"""Conditions: which requests a reply is for, as data that can be described, compared and read."""
