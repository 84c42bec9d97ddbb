"""The Responses API as the provider speaks it: output items, events, streams and their rules."""
