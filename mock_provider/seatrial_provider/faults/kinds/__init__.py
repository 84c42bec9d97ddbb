"""The faults, one a file; adding one is adding a file with a `FAULT` in it."""
