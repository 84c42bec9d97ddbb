"""`seatrial serve`: the model's side and the tools' side alone, for programs in any language."""

from __future__ import annotations

import click

from seatrial.toolserver.command import tools
from seatrial_provider.standalone.command import provider
from seatrial_provider.standalone.recording import recorder

__all__ = ["serve"]


@click.group()
def serve() -> None:
    """Serve a mock model provider or tools that ask, or record a real provider."""


serve.add_command(provider)
serve.add_command(recorder)
serve.add_command(tools)
