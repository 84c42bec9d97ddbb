"""Resume: what a server does with conversations that were saved."""
