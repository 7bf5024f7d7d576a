"""How does an index lie on a cluster? Its documents, its words, its files, a generation at a time."""
