"""Config: what a server takes from its layers of configuration, and from a file that is damaged."""
