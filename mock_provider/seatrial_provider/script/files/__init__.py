"""Script files: scripts in YAML or JSON, read from the same classes that scripts in Python have."""
