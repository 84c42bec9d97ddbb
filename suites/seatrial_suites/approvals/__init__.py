"""Approvals: what the server asks before it acts, and what each answer does."""
