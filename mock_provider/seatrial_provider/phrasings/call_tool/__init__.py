"""How the model calls a tool by its name."""
