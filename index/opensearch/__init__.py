"""The same index on a cluster of OpenSearch: what is written there, and the cluster itself."""
