"""The requirement manifest and the end-to-end suites that judge an agent server by it."""

from importlib import resources

from seatrial.conformance import Suite, checks_of, load_manifest, parse_baseline
from seatrial_suites.approvals import (
    command_answers,
    command_policies,
    command_requests,
)
from seatrial_suites.proofs import load_proofs

__all__ = ["SUITES"]

_HERE = resources.files(__name__)

SUITES = [
    Suite(
        name="seatrial",
        requirements=load_manifest(_HERE / "manifest"),
        checks=checks_of([command_requests, command_answers, command_policies]),
        divergences=parse_baseline(
            (_HERE / "divergences.toml").read_text("utf-8"), "divergences.toml"
        ),
        proofs=load_proofs((_HERE / "proofs.toml").read_text("utf-8")),
    )
]
"""The entry point `seatrial.suites`: what `seatrial run` judges a server by."""
