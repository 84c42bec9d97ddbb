"""How the model changes files."""
