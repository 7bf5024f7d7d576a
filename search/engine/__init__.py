"""From a request to its answer: what every engine does alike, and the engine over a directory."""
