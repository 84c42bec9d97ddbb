"""How the model starts an agent."""
