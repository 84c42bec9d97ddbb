"""Auth: who is signed in, what is stored of it, and what the provider gets to see."""
