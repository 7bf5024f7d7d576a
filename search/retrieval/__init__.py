"""Which articles match, and how well? Lists of scored documents and their sums."""
