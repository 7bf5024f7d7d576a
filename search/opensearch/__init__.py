"""How does a cluster of OpenSearch answer what an index of ours answers? One ranking, one page, two engines."""
