"""Which words of the index sound like a given one? The index's words, by their sound."""
