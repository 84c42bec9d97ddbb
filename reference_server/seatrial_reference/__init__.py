"""A small, correct agent server that speaks dialect app_v2 over stdio."""

__all__ = ["__version__"]

__version__ = "0.1.0"
