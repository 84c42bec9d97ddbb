"""How the model runs a command."""
