"""Who is signed in: what is stored of it, how it is refreshed, and how somebody signs in."""
