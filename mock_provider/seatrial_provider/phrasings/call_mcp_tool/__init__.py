"""How the model calls a tool of an MCP server."""
