"""How the model asks for permissions."""
