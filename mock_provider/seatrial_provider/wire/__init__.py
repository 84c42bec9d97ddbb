"""HTTP: what is sent as data, and the server that sends it."""
