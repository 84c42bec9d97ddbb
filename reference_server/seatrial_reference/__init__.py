"""A small, correct agent server that speaks app_v2, app_v1 and mcp over stdio."""

__all__ = ["__version__"]

__version__ = "0.1.0"
