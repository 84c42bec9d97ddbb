"""How the model asks the user."""
