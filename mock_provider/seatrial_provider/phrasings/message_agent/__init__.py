"""How the model tells an agent something."""
