"""The wire: what the server sends, whatever it is about."""
