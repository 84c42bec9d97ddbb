"""The console that commands print to: it ends the command when nobody reads it any more."""

from __future__ import annotations

import os
import signal

from rich.console import Console

__all__ = ["Output"]


class Output(Console):
    """A console whose reader may go, as `head` does: the command ends then as by Ctrl-C."""

    def on_broken_pipe(self) -> None:
        """Prints nothing from here on, and has the command end what it started."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)
        signal.raise_signal(signal.SIGINT)
