"""How does a cluster answer as an index of ours does? One ranking, two engines."""
