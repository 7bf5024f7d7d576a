"""A real cluster of OpenSearch for tests: one process a node, from artifacts of Maven."""
