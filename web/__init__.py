"""The same results for a browser and for programs over HTTP. Knows the engine by its results alone."""
