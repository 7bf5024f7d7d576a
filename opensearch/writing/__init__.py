"""How are articles put on a cluster, and looked after? Analysed here, complete before anybody sees them."""
