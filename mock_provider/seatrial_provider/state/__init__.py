"""What the provider keeps between requests: responses, conversations, the list of models."""
