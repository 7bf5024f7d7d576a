"""How does a cluster of OpenSearch answer as an index of ours does? One ranking, two engines."""
