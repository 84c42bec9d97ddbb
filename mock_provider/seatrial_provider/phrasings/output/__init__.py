"""How what an output item says is done."""
