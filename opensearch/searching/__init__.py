"""How does a cluster answer searches as a local index does? One ranking, two engines."""
