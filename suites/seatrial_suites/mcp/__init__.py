"""An MCP server, an agent or not: its handshake, its tools, and what comes of a call."""
