"""Pages of HTML that stand alone: no script, no request, and what is printed is made visible."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from seatrial.conformance import Verdict
from seatrial.reports.safe import visible

__all__ = ["page"]


def page(name: str, *, styles: Sequence[str], **known: Any) -> Template:
    """Returns a page's template.

    What is printed in it is escaped, and what is invisible in that is shown. The page finds its
    stylesheet as `style` and the digest of that, for its content security policy, as `style_hash`.

    Args:
        name: The template's file.
        styles: The files that make its stylesheet.
        known: What it may use besides what it is rendered with.
    """
    environment = Environment(
        loader=PackageLoader("seatrial.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    style = "".join(environment.get_template(one).render() for one in styles)
    environment.globals |= known | {"style": Markup(style), "style_hash": _hash(style)}  # noqa: S704 - it is ours
    environment.filters |= {"kind": _kind, "moment": _moment, "span": _span}
    return environment.get_template(name)


def _shown(value: Any) -> Any:
    """Makes every printed text visible; Jinja calls it before it escapes."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _kind(verdict: Verdict) -> str:
    """Returns the verdict as the name of a class."""
    return verdict.value.replace(" ", "-")


def _moment(started: str) -> str:
    """Returns an ISO 8601 time as UTC for people; anything else as it is."""
    try:
        return datetime.fromisoformat(started).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError):
        return started


def _span(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
