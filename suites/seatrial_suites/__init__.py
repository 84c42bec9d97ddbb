"""The requirement manifest and the end-to-end suites that judge an agent server by it."""

from importlib import import_module, resources
from pkgutil import iter_modules

from seatrial.conformance import Suite, checks_of, load_baselines, load_manifest
from seatrial_suites import approvals, auth, config, elicitation, mcp, resume, wire
from seatrial_suites.load_proofs import load_proofs

__all__ = ["SUITES"]

_HERE = resources.files(__name__)
_AREAS = (approvals, auth, config, elicitation, mcp, resume, wire)

SUITES = [
    Suite(
        name="seatrial",
        requirements=load_manifest(_HERE / "manifest"),
        checks=checks_of(
            import_module(f"{area.__name__}.{module.name}")
            for area in _AREAS
            for module in iter_modules(area.__path__)
        ),
        divergences=load_baselines(_HERE / "divergences"),
        proofs=load_proofs(_HERE / "proofs"),
    )
]
"""The entry point `seatrial.suites`: what `seatrial run` judges a server by."""
