"""How any item is sent."""
