"""How the model types into a command that is running."""
