"""How any event is sent."""
