"""How the model waits for agents."""
