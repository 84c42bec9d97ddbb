"""How the model tells its plan."""
