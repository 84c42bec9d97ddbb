"""One small file for each shape of command tool that a server may offer."""
