"""How the model looks for tools that were not listed."""
