"""The provider as a program of its own, for tests in any language."""
