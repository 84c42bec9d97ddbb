"""The dialects: how what the server does and asks is spelled on the client's connection."""
