"""How the model searches the web."""
