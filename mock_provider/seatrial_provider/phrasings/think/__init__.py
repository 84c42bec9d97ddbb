"""How the model thinks."""
