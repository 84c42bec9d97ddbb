"""Elicitation: what a server does when it asks its client's user by the Model Context Protocol."""
