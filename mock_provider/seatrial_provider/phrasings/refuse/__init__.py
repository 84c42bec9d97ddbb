"""How the model refuses."""
