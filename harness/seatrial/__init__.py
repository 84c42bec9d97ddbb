"""Seatrial: drives an agent server from both ends, its client's and its model's, and judges it."""
