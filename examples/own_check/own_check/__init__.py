"""A suite with one requirement and its check."""

from importlib import resources

from own_check import says
from seatrial.conformance import Suite, checks_of, load_manifest

__all__ = ["SUITES"]

SUITES = [
    Suite(
        name="own",
        requirements=load_manifest(resources.files(__name__) / "manifest"),
        checks=checks_of([says]),
    )
]
"""The entry point `seatrial.suites`."""
