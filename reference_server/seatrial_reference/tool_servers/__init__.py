"""Tool servers of the Model Context Protocol that the agent is a client of, over stdio."""
