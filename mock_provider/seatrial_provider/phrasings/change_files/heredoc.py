"""Runs the command `apply_patch` with the patch in a heredoc.

Shape: Codex 0.34.0 to 0.163.0 take such a command for a patch in each of their command tools.
"""

from seatrial_provider.intents import ChangeFiles, RunCommand
from seatrial_provider.phrasings.base import Detour
from seatrial_provider.phrasings.change_files._patch import patch


def _rewrite(intent: ChangeFiles) -> RunCommand:
    # No line of a patch can be the bare word that ends it: what comes from a file has a mark first.
    command = f"apply_patch <<'EOF'\n{patch(intent.changes)}EOF\n"
    return RunCommand(command, call_id=intent.call_id)


PHRASING = Detour(intent=ChangeFiles, by_way_of=RunCommand, rewrite=_rewrite)
