"""How does an index live on a cluster? Written there by the same analysis, a generation at a time."""
