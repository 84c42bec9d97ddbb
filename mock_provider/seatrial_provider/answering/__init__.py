"""Decides what each request is answered, and records what is wrong with it: one module a route."""
