"""Listening for clients: WebSocket (RFC 6455) on loopback or on a Unix socket."""
