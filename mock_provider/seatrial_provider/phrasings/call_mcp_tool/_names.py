"""How the names of MCP servers and tools are written in the names of functions."""

import re


def written(name: str) -> str:
    """Returns a name as the names of functions have it: letters, digits, `_` and `-`.

    Args:
        name: The name of an MCP server or of one of its tools.
    """
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)
