"""How the model says something."""
