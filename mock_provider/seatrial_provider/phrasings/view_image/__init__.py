"""How the model looks at an image."""
