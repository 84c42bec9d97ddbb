"""The agent as an MCP server: its handshake, its tools, and what comes of a call."""
