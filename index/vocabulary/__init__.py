"""Which words sound like this? The index's own words by their sound."""
