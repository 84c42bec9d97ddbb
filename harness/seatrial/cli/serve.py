"""`seatrial serve`: the model's side alone, for programs in any language."""

from __future__ import annotations

import click

from seatrial_provider.standalone.command import provider
from seatrial_provider.standalone.recording import recorder

__all__ = ["serve"]


@click.group()
def serve() -> None:
    """Serve a mock model provider, or record a real one."""


serve.add_command(provider)
serve.add_command(recorder)
