"""Blocks about the provider as a program."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

from blocks.writing import cli_help, table
from seatrial_provider.standalone.admin import ROUTES


def admin_routes() -> str:
    """Returns the paths of the admin API."""
    rows = []
    for (method, pattern), handler in ROUTES.items():
        path = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern)
        rows.append([f"`{method} {path}`", inspect.getdoc(handler) or ""])
    return table(["request, below `admin_url`", "what it does"], rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "admin-routes": admin_routes,
    "cli-serve-provider": lambda: cli_help("serve", "provider"),
}
