"""Chat Completions: read as the Responses API would have it, and rendered from the same items."""
